package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Plans, applies and reads: everything computed becomes unknown at plan and a stable made-up value at apply.

func dv(t tftypes.Type, v tftypes.Value) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	d, err := tfprotov6.NewDynamicValue(t, v)
	if err != nil {
		return nil, fail("encode: %v", err)
	}
	return &d, nil
}

func (s *server) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: r.ProposedNewState, UnsafeToUseLegacyTypeSystem: true}
	sc := s.f.Schema.Resources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown resource type %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	prop, err := r.ProposedNewState.Unmarshal(t)
	if err != nil {
		resp.Diagnostics = fail("decode: %v", err)
		return resp, nil
	}
	prior, err := r.PriorState.Unmarshal(t)
	if err != nil {
		resp.Diagnostics = fail("decode: %v", err)
		return resp, nil
	}
	if prop.IsNull() {
		return resp, nil
	}
	if prior.IsNull() {
		prop = fill(sc.Block, prop, unknown, planCreate)
	} else {
		prop = fill(sc.Block, keepBlocks(sc.Block, prop, prior), unknown, planUpdate)
	}
	resp.PlannedState, resp.Diagnostics = dv(t, prop)
	return resp, nil
}

func (s *server) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp := &tfprotov6.ApplyResourceChangeResponse{NewState: r.PlannedState, UnsafeToUseLegacyTypeSystem: true}
	sc := s.f.Schema.Resources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown resource type %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	v, err := r.PlannedState.Unmarshal(t)
	if err != nil {
		resp.Diagnostics = fail("decode: %v", err)
		return resp, nil
	}
	if v.IsNull() {
		return resp, nil
	}
	resp.NewState, resp.Diagnostics = dv(t, fill(sc.Block, v, mock(r.TypeName, v.String()), apply))
	return resp, nil
}

func (s *server) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private}, nil
}

func (s *server) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp := &tfprotov6.ReadDataSourceResponse{}
	sc := s.f.Schema.DataSources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown data source %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	v, err := r.Config.Unmarshal(t)
	if err != nil {
		resp.Diagnostics = fail("decode: %v", err)
		return resp, nil
	}
	resp.State, resp.Diagnostics = dv(t, fill(sc.Block, v, mock(r.TypeName, v.String()), apply))
	return resp, nil
}

func (s *server) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	resp := &tfprotov6.UpgradeResourceStateResponse{}
	sc := s.f.Schema.Resources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown resource type %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	v, err := r.RawState.UnmarshalWithOpts(t, tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
	if err != nil {
		resp.Diagnostics = fail("decode state: %v", err)
		return resp, nil
	}
	resp.UpgradedState, resp.Diagnostics = dv(t, v)
	return resp, nil
}

func (s *server) ImportResourceState(_ context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp := &tfprotov6.ImportResourceStateResponse{}
	sc := s.f.Schema.Resources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown resource type %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	vals := map[string]tftypes.Value{}
	for n, a := range sc.Block.Attributes {
		vals[n] = tftypes.NewValue(a.typ(), nil)
		if n == "id" {
			vals[n] = tftypes.NewValue(tftypes.String, r.ID)
		}
	}
	for n, nb := range sc.Block.BlockTypes {
		bt := nest(nb.NestingMode, nb.Block.typ())
		switch nb.NestingMode {
		case "list", "set":
			vals[n] = tftypes.NewValue(bt, []tftypes.Value{})
		case "map":
			vals[n] = tftypes.NewValue(bt, map[string]tftypes.Value{})
		default:
			vals[n] = tftypes.NewValue(bt, nil)
		}
	}
	st, d := dv(t, tftypes.NewValue(t, vals))
	resp.Diagnostics = d
	resp.ImportedResources = []*tfprotov6.ImportedResource{{TypeName: r.TypeName, State: st}}
	return resp, nil
}

func (s *server) MoveResourceState(context.Context, *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return &tfprotov6.MoveResourceStateResponse{Diagnostics: fail("moving state between types is not supported")}, nil
}

func (s *server) UpgradeResourceIdentity(context.Context, *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: fail("identities are not supported")}, nil
}

func (s *server) GenerateResourceConfig(context.Context, *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: fail("not supported")}, nil
}

func (s *server) OpenEphemeralResource(_ context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp := &tfprotov6.OpenEphemeralResourceResponse{}
	sc := s.f.Schema.EphemeralResources[r.TypeName]
	if sc == nil {
		resp.Diagnostics = fail("unknown ephemeral resource %s", r.TypeName)
		return resp, nil
	}
	t := sc.Block.typ()
	v, err := r.Config.Unmarshal(t)
	if err != nil {
		resp.Diagnostics = fail("decode: %v", err)
		return resp, nil
	}
	resp.Result, resp.Diagnostics = dv(t, fill(sc.Block, v, mock(r.TypeName, v.String()), apply))
	return resp, nil
}

func (s *server) RenewEphemeralResource(context.Context, *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return &tfprotov6.RenewEphemeralResourceResponse{}, nil
}

func (s *server) CloseEphemeralResource(context.Context, *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{}, nil
}
