import { expect } from 'vitest';
import type { Outcome } from './tool.ts';

/** A sample with one fault: what is wrong, which text of the good one becomes which, and what has to be said about it. */
export interface Fault {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** The good sample with its fault in it. Throws when nothing changed: a fault that is not there proves nothing. */
export function spoiled(good: string, { what, from, to }: Fault): string {
  const bad = good.replaceAll(from, to);
  if (bad === good) throw new Error(`${what}: the good sample does not hold ${from}`);
  return bad;
}

/** A verdict: how the judge ended, and that its reason is a useful one. */
export function verdict({ code, stdout, stderr }: Outcome, expected: number, says = /(?:)/): void {
  const said = stdout + stderr;
  expect(code, said).toBe(expected);
  expect(said).toMatch(says);
}

const digest = '0123456789abcdef'.repeat(4);

/** Runs under the strictest Pod Security, and says everything that kube-score and checkov ask for. */
export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: samples
  labels: { app.kubernetes.io/name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app.kubernetes.io/name: web } }
  template:
    metadata: { labels: { app.kubernetes.io/name: web } }
    spec:
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector: { matchLabels: { app.kubernetes.io/name: web } }
      containers:
        - name: web
          image: registry.example/web@sha256:${digest}
          imagePullPolicy: Always
          ports: [{ name: http, containerPort: 8000 }]
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          resources:
            requests: { cpu: 100m, memory: 64Mi, ephemeral-storage: 64Mi }
            limits: { cpu: 100m, memory: 64Mi, ephemeral-storage: 64Mi }
          readinessProbe: { httpGet: { path: /readyz, port: http } }
          livenessProbe: { httpGet: { path: /livez, port: http } }
`;

/** What a Deployment should not be alone: a budget for disruptions and a network policy. */
export const company = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: samples }
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app.kubernetes.io/name: web } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: samples }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: web } }
  policyTypes: [Ingress, Egress]
`;

export const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: samples }
spec:
  parentRefs: [{ name: web }]
  rules:
    - matches: [{ path: { type: PathPrefix, value: /v1 } }]
      backendRefs: [{ name: web, port: 80 }]
`;

export const scaledObject = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, namespace: samples }
spec:
  scaleTargetRef: { name: web }
  fallback: { failureThreshold: 3, replicas: 2, behavior: currentReplicasIfHigher }
  triggers:
    - type: cpu
      metricType: Utilization
      metadata: { value: "70" }
`;
