package main

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type filler func(name string, t tftypes.Type) tftypes.Value

type mode int

const (
	planCreate mode = iota // null computed values become unknown
	planUpdate             // values stay, write-only ones go
	apply                  // null computed and unknown values get made-up ones
)

func unknown(_ string, t tftypes.Type) tftypes.Value {
	return tftypes.NewValue(t, tftypes.UnknownValue)
}

// fillAttrs and fill go through a value in one of the three modes.
func fillAttrs(m map[string]*Attr, vals map[string]tftypes.Value, f filler, md mode) {
	for n, a := range m {
		v := vals[n]
		if a.WriteOnly {
			vals[n] = tftypes.NewValue(a.typ(), nil)
			continue
		}
		if (a.Computed && v.IsNull() && md != planUpdate) || (md == apply && !v.IsKnown()) {
			vals[n] = f(n, a.typ())
			continue
		}
		if a.NestedType != nil && v.IsKnown() && !v.IsNull() {
			vals[n] = mapElems(a.NestedType.NestingMode, v, a.typ(), func(e tftypes.Value) tftypes.Value {
				em := map[string]tftypes.Value{}
				if e.IsNull() || !e.IsKnown() || e.As(&em) != nil {
					return e
				}
				fillAttrs(a.NestedType.Attributes, em, f, md)
				return tftypes.NewValue(e.Type(), em)
			})
			continue
		}
		if md == apply && !v.IsFullyKnown() {
			vals[n], _ = tftypes.Transform(v, func(_ *tftypes.AttributePath, x tftypes.Value) (tftypes.Value, error) {
				if !x.IsKnown() {
					return f(n, x.Type()), nil
				}
				return x, nil
			})
		}
	}
}

func mapElems(mode string, v tftypes.Value, t tftypes.Type, f func(tftypes.Value) tftypes.Value) tftypes.Value {
	switch mode {
	case "list", "set":
		var vs []tftypes.Value
		if v.As(&vs) != nil {
			return v
		}
		for i := range vs {
			vs[i] = f(vs[i])
		}
		return tftypes.NewValue(t, vs)
	case "map":
		vs := map[string]tftypes.Value{}
		if v.As(&vs) != nil {
			return v
		}
		for k := range vs {
			vs[k] = f(vs[k])
		}
		return tftypes.NewValue(t, vs)
	}
	return f(v)
}

func fill(b *Block, v tftypes.Value, f filler, md mode) tftypes.Value {
	vals := map[string]tftypes.Value{}
	if v.IsNull() || !v.IsKnown() || v.As(&vals) != nil {
		return v
	}
	fillAttrs(b.Attributes, vals, f, md)
	for n, nb := range b.BlockTypes {
		x := vals[n]
		if x.IsNull() {
			continue
		}
		t := nest(nb.NestingMode, nb.Block.typ())
		// an absent single block which carries read-only values (google_container_cluster.master_auth):
		// SDK providers plan it unknown and fill it
		if md == planCreate && nb.NestingMode == "list" && nb.MaxItems == 1 && x.IsKnown() && nb.Block.readOnlyInside() {
			var vs []tftypes.Value
			if x.As(&vs) == nil && len(vs) == 0 {
				vals[n] = unknown(n, t)
				continue
			}
		}
		if !x.IsKnown() {
			if md == apply {
				vals[n] = f(n, t)
			}
			continue
		}
		vals[n] = mapElems(nb.NestingMode, x, t, func(e tftypes.Value) tftypes.Value { return fill(nb.Block, e, f, md) })
	}
	return tftypes.NewValue(b.typ(), vals)
}

// keepBlocks carries an unconfigured read-only block over from the prior state.
func keepBlocks(b *Block, prop, prior tftypes.Value) tftypes.Value {
	pv, ov := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if prop.As(&pv) != nil || prior.As(&ov) != nil {
		return prop
	}
	for n, nb := range b.BlockTypes {
		var vs []tftypes.Value
		if nb.NestingMode == "list" && nb.MaxItems == 1 && nb.Block.readOnlyInside() && pv[n].IsKnown() && pv[n].As(&vs) == nil && len(vs) == 0 {
			pv[n] = ov[n]
		}
	}
	return tftypes.NewValue(b.typ(), pv)
}

func (b *Block) readOnlyInside() bool {
	for _, a := range b.Attributes {
		if a.Computed && !a.Optional {
			return true
		}
	}
	return false
}
