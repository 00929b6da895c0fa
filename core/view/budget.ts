/**
 * Every time-out that a request, a stream and a shutdown meet on their way, in seconds, from two numbers. The load
 * balancer must stop sending before the server stops listening, and every hop must be more patient than the one inside
 * it; a single number set elsewhere breaks that chain.
 */
export interface Budget {
  /** Longest streamed answer; the service itself ends it with an error event. */
  readonly maxStream: number;
  /** After SIGTERM: readiness fails, requests are still served. */
  readonly drain: number;
  /** After the drain: running requests may finish. */
  readonly graceful: number;
  /** What the platform must wait before it kills. */
  readonly grace: number;
  /** Request time-out of whatever stands in front. */
  readonly proxyTimeout: number;
  /** Idle time-out of whatever stands in front. */
  readonly idle: number;
  /** Keep-alive of the server: longer than idle, or the proxy reuses a connection that is being closed. */
  readonly keepAlive: number;
  /** A comment in a silent stream, so that no hop takes it for dead. */
  readonly heartbeat: number;
}

const margin = 5;
const heartbeat = 15;

/** @param maxStream seconds of the longest stream; @param drain seconds until nothing is sent to a leaving instance */
export function budgetOf(maxStream: number, drain: number): Budget {
  const graceful = maxStream + margin;
  const idle = maxStream + heartbeat;
  return {
    maxStream,
    drain,
    graceful,
    grace: drain + graceful + margin,
    proxyTimeout: maxStream + margin,
    idle,
    keepAlive: idle + heartbeat,
    heartbeat,
  };
}
