import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { NodeSDK } from '@opentelemetry/sdk-node';

// Must be imported first: a package that is loaded before the SDK starts is not instrumented.
// Exporter, service name and resource come from the OTEL_* environment variables.
const sdk = new NodeSDK({
  instrumentations: [
    getNodeAutoInstrumentations({
      '@opentelemetry/instrumentation-dns': { enabled: false },
      '@opentelemetry/instrumentation-express': { ignoreLayersType: [ExpressLayerType.MIDDLEWARE] },
      '@opentelemetry/instrumentation-fs': { enabled: false },
      '@opentelemetry/instrumentation-net': { enabled: false },
      // Express 5 is built on it: every handler would show twice.
      '@opentelemetry/instrumentation-router': { enabled: false },
    }),
  ],
});
sdk.start();

/** Sends what is still buffered and stops the SDK. */
export function stopTelemetry(): Promise<void> {
  return sdk.shutdown();
}
