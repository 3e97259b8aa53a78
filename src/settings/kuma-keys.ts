import { toEnvName } from './env-name.js';

/** A key of Kuma 2.5 that this server knows and that has no effect here. */
export interface IneffectiveKey {
  readonly path: string;
  /** Its variable; undefined when the key can only stand in a file. */
  readonly env: string | undefined;
}

/** Section to the names in it. Values may be lists or maps; what is below a name is not looked at. */
const sections: Readonly<Record<string, string>> = {
  general: 'dnsCacheTTL',
  'store.postgres':
    'host port user password dbName driverName connectionTimeout maxConnectionLifetime maxConnectionLifetimeJitter ' +
    'healthCheckInterval minOpenConnections maxOpenConnections maxIdleConnections minReconnectInterval maxReconnectInterval ' +
    'maxListQueryElements',
  'store.postgres.tls': 'mode certPath keyPath caPath disableSSLSNI',
  'store.postgres.readReplica': 'host port ratio',
  'store.kubernetes': 'systemNamespace',
  'store.cache': 'enabled expirationTime',
  'store.upsert': 'conflictRetryBaseBackoff conflictRetryMaxTimes conflictRetryJitterPercent',
  store: 'unsafeDelete',
  xdsServer: 'dataplaneConfigurationRefreshInterval nackBackoff',
  monitoringAssignmentServer: 'apiVersions',
  apiServer: 'basePath',
  'runtime.kubernetes.admissionServer': 'address port certDir',
  'runtime.kubernetes.injector.sidecarContainer':
    'image uid gid adminPort drainTime envVars redirectPortInbound redirectPortInboundV6 redirectPortOutbound ' +
    'waitForDataplaneReady',
  'runtime.kubernetes.injector.sidecarContainer.readinessProbe':
    'initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold',
  'runtime.kubernetes.injector.sidecarContainer.livenessProbe':
    'initialDelaySeconds timeoutSeconds periodSeconds failureThreshold',
  'runtime.kubernetes.injector.sidecarContainer.resources.requests': 'cpu memory',
  'runtime.kubernetes.injector.sidecarContainer.resources.limits': 'cpu memory',
  'runtime.kubernetes.injector.initContainer': 'image',
  'runtime.kubernetes.injector':
    'containerPatches cniEnabled virtualProbesEnabled virtualProbesPort caCertFile ignoredServiceSelectorLabels',
  'runtime.kubernetes.injector.sidecarTraffic': 'excludeInboundPorts excludeOutboundPorts',
  'runtime.kubernetes.injector.exceptions': 'labels',
  'runtime.kubernetes.injector.builtinDNS': 'enabled port',
  'runtime.kubernetes.injector.ebpf':
    'enabled instanceIPEnvVarName bpffsPath cgroupPath tcAttachIface programsSourcePath',
  'runtime.kubernetes': 'marshalingCacheExpirationTime serviceAccountName allowedUsers controlPlaneServiceName',
  'runtime.kubernetes.nodeTaintController': 'enabled cniApp cniNamespace',
  'runtime.kubernetes.controllersConcurrency': 'podController',
  'runtime.kubernetes.clientConfig': 'qps burstQps',
  'runtime.kubernetes.leaderElection': 'leaseDuration renewDeadline',
  'metrics.dataplane': 'subscriptionLimit idleTimeout',
  'metrics.zone': 'subscriptionLimit idleTimeout compactFinishedSubscriptions',
  'metrics.mesh': 'minResyncTimeout maxResyncTimeout bufferSize minResyncInterval fullResyncInterval eventProcessors',
  'metrics.controlPlane': 'reportResourcesCount',
  reports: 'enabled',
  'multizone.global.kds':
    'grpcPort refreshInterval zoneInsightFlushInterval tlsEnabled tlsCertFile tlsKeyFile tlsMinVersion tlsMaxVersion ' +
    'tlsCipherSuites maxMsgSize msgSendTimeout nackBackoff disableSOTW responseBackoff',
  'multizone.global.kds.zoneHealthCheck': 'pollInterval timeout',
  'multizone.zone': 'name globalAddress',
  'multizone.zone.kds':
    'refreshInterval tlsSkipVerify rootCaFile maxMsgSize msgSendTimeout nackBackoff responseBackoff',
  dnsServer: 'domain CIDR serviceVipEnabled serviceVipPort',
  diagnostics: 'debugEndpoints tlsEnabled tlsCertFile tlsKeyFile tlsMinVersion tlsMaxVersion tlsCipherSuites',
  dpServer: 'readHeaderTimeout',
  'dpServer.auth': 'type useTokenPath',
  'dpServer.hds': 'refreshInterval',
  access: 'type',
  'access.static.adminResources': 'users groups',
  'access.static.generateDpToken': 'users groups',
  'access.static.generateUserToken': 'users groups',
  'access.static.generateZoneToken': 'users groups',
  'access.static.viewConfigDump': 'users groups',
  'access.static.viewStats': 'users groups',
  'access.static.viewClusters': 'users groups',
  experimental:
    'gatewayAPI kubeOutboundsAsVIPs kdsDeltaEnabled useTagFirstVirtualOutboundModel ingressTagFilters autoReachableServices ' +
    'kdsSyncNameWithHashSuffix',
  'experimental.kdsEventBasedWatchdog': 'enabled flushInterval fullResyncInterval delayFullResync',
  'interCp.catalog': 'instanceAddress heartbeatInterval writerInterval',
  'interCp.server': 'port tlsMinVersion tlsMaxVersion tlsCipherSuites',
  'tracing.openTelemetry': 'enabled endpoint',
  eventBus: 'bufferSize',
};

/** Variables that do not follow from the path (Kuma 2.5); null where there is none. */
const oddVariables: Readonly<Record<string, string | null>> = {
  'runtime.kubernetes.injector.sidecarContainer.gid': 'KUMA_RUNTIME_KUBERNETES_INJECTOR_SIDECAR_CONTAINER_GUI',
  'runtime.kubernetes.injector.sidecarContainer.resources.requests.cpu':
    'KUMA_INJECTOR_SIDECAR_CONTAINER_RESOURCES_REQUESTS_CPU',
  'runtime.kubernetes.injector.sidecarContainer.resources.requests.memory':
    'KUMA_INJECTOR_SIDECAR_CONTAINER_RESOURCES_REQUESTS_MEMORY',
  'runtime.kubernetes.injector.sidecarContainer.resources.limits.cpu':
    'KUMA_INJECTOR_SIDECAR_CONTAINER_RESOURCES_LIMITS_CPU',
  'runtime.kubernetes.injector.sidecarContainer.resources.limits.memory':
    'KUMA_INJECTOR_SIDECAR_CONTAINER_RESOURCES_LIMITS_MEMORY',
  'runtime.kubernetes.injector.initContainer.image': 'KUMA_INJECTOR_INIT_CONTAINER_IMAGE',
  'runtime.kubernetes.injector.virtualProbesEnabled': 'KUMA_RUNTIME_KUBERNETES_VIRTUAL_PROBES_ENABLED',
  'runtime.kubernetes.injector.virtualProbesPort': 'KUMA_RUNTIME_KUBERNETES_VIRTUAL_PROBES_PORT',
  'runtime.kubernetes.injector.sidecarTraffic.excludeInboundPorts':
    'KUMA_RUNTIME_KUBERNETES_SIDECAR_TRAFFIC_EXCLUDE_INBOUND_PORTS',
  'runtime.kubernetes.injector.sidecarTraffic.excludeOutboundPorts':
    'KUMA_RUNTIME_KUBERNETES_SIDECAR_TRAFFIC_EXCLUDE_OUTBOUND_PORTS',
  'runtime.kubernetes.injector.exceptions.labels': 'KUMA_RUNTIME_KUBERNETES_EXCEPTIONS_LABELS',
  'access.static.viewConfigDump.users': 'KUMA_ACCESS_STATIC_GET_CONFIG_DUMP_USERS',
  'access.static.viewConfigDump.groups': 'KUMA_ACCESS_STATIC_GET_CONFIG_DUMP_GROUPS',
  'experimental.kubeOutboundsAsVIPs': 'KUMA_EXPERIMENTAL_KUBE_OUTBOUNDS_AS_VIPS',
  'tracing.openTelemetry.enabled': 'KUMA_TRACING_OPENTELEMETRY_ENABLED',
  'tracing.openTelemetry.endpoint': 'KUMA_TRACING_OPENTELEMETRY_ENDPOINT',
};

/** All of them, by section. */
export const ineffectiveKeys: readonly IneffectiveKey[] = Object.entries(sections).flatMap(([section, names]) =>
  names.split(' ').map((name) => {
    const path = `${section}.${name}`;
    const odd = oddVariables[path];
    return { path, env: odd === undefined ? toEnvName('KUMA', path) : (odd ?? undefined) };
  }),
);
