// Package check checks what Muster is shipped with, without a cluster and without a container engine: it renders the
// overlays of deploy/k8s, validates them strictly against the Kubernetes API and the operators' CRDs, validates
// docker-compose.yml, holds both to the policies of this package, and runs each service's program to check its settings.
//
// # The CRDs
//
// The files in crds are the operators' own, without their descriptions:
//
//   - Gateway API: module sigs.k8s.io/gateway-api v1.3.0, config/crd/standard
//   - KEDA: module github.com/kedacore/keda/v2 v2.17.2, config/crd/bases
//   - External Secrets: module github.com/external-secrets/external-secrets v1.3.2, config/crds/bases
//   - Prometheus: module github.com/prometheus-operator/prometheus-operator v0.85.0, example/prometheus-operator-crd
//   - CloudNativePG: module github.com/cloudnative-pg/cloudnative-pg v1.27.0, config/crd/bases
//   - Strimzi: made by io.strimzi:crd-generator 1.2.0 (Maven Central) from the classes of io.strimzi:api 1.2.0
//
// The schemas of Kubernetes itself are those of version 1.30 in sigs.k8s.io/kubectl-validate.
package check
