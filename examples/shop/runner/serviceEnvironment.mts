const VERSIONS = { payments: '3.2.0', orders: '2.7.1', gateway: '5.0.4', inventory: '1.4.0' };

/** A service that sends traces. */
export type TracedService = keyof typeof VERSIONS;

/** The environment of a traced service: what this process has, without what steers this process, and the exporter's settings. */
export function tracedEnvironment(service: TracedService, otlpEndpoint: string): NodeJS.ProcessEnv {
  return {
    ...plainEnvironment(),
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `service.version=${VERSIONS[service]},deployment.environment.name=demo`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Without the process detector, whose command line names folders and the user: traces of the shop can be shown around.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,serviceinstance',
    // Failures are to be seen within a second, not the usual five.
    OTEL_BSP_SCHEDULE_DELAY: '500',
  };
}

/** This process's environment without source maps turned on, another exporter's settings, or another Python's packages. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OTEL_|PYTHON|NODE_OPTIONS$|INVENTORY_URL$|PORT$)/.test(name),
  );
  return Object.fromEntries(kept);
}
