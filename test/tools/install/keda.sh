# shellcheck shell=bash
# KEDA: its operator, which asks what an autoscaler is to follow, and the adapter that answers the autoscaler. With every
# scaler that it has: leaving some out would save compile time, and be another program than the one in clusters.

keda_tools() { step keda "$KEDA" 'keda-operator keda-adapter' keda_itself; }

keda_itself() {
  go_copy keda "github.com/kedacore/keda/v2@$KEDA"
  # the adapter's own metrics are on every interface, whatever it is told
  sed -i 's/fmt.Sprintf(":%v", metricsAPIServerPort)/fmt.Sprintf("127.0.0.1:%v", metricsAPIServerPort)/' cmd/adapter/main.go
  grep -q 'Sprintf("127.0.0.1:%v", metricsAPIServerPort)' cmd/adapter/main.go
  go build -ldflags="-s -w -X github.com/kedacore/keda/v2/version.Version=${KEDA#v}" -o "$BIN/keda-operator" ./cmd/operator
  go build -ldflags="-s -w -X github.com/kedacore/keda/v2/version.Version=${KEDA#v}" -o "$BIN/keda-adapter" ./cmd/adapter
  rm -rf "$PWD"
}
