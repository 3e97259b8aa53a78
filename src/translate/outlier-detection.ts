import type { Message } from '../envoy/resources.js';
import type { OutlierDetection } from '../plan/cluster-plan.js';

/** When endpoints are taken out for a while. What is not asked for is switched off by name, since Envoy does it unasked. */
export function translateOutlierDetection(
  detection: OutlierDetection,
): Message<'envoy.config.cluster.v3.OutlierDetection'> {
  const { interval, baseEjectionTime, maxEjectionPercent, splitExternalLocalOriginErrors } = detection;
  const { totalFailures, gatewayFailures, localOriginFailures, successRate, failurePercentage } = detection;
  const { switchesOffLocalOrigin = false } = detection;
  return {
    ...(interval === undefined ? {} : { interval }),
    ...(baseEjectionTime === undefined ? {} : { baseEjectionTime }),
    ...(maxEjectionPercent === undefined ? {} : { maxEjectionPercent }),
    ...(splitExternalLocalOriginErrors === true ? { splitExternalLocalOriginErrors } : {}),
    enforcingConsecutive5xx: enforce(totalFailures),
    ...(totalFailures?.consecutive === undefined ? {} : { consecutive5xx: totalFailures.consecutive }),
    enforcingConsecutiveGatewayFailure: enforce(gatewayFailures),
    ...(gatewayFailures?.consecutive === undefined ? {} : { consecutiveGatewayFailure: gatewayFailures.consecutive }),
    enforcingConsecutiveLocalOriginFailure: enforce(localOriginFailures),
    ...(localOriginFailures?.consecutive === undefined
      ? {}
      : { consecutiveLocalOriginFailure: localOriginFailures.consecutive }),
    enforcingSuccessRate: enforce(successRate),
    ...(successRate === undefined && !switchesOffLocalOrigin
      ? {}
      : { enforcingLocalOriginSuccessRate: enforce(successRate) }),
    ...translateSuccessRate(successRate ?? {}),
    enforcingFailurePercentage: enforce(failurePercentage),
    ...(failurePercentage === undefined && !switchesOffLocalOrigin
      ? {}
      : { enforcingFailurePercentageLocalOrigin: enforce(failurePercentage) }),
    ...translateFailurePercentage(failurePercentage ?? {}),
  };
}

const enforce = (detector: object | undefined): number => (detector === undefined ? 0 : 100);

const translateSuccessRate = ({
  minimumHosts,
  requestVolume,
  stdevFactor,
}: NonNullable<OutlierDetection['successRate']>) => ({
  ...(minimumHosts === undefined ? {} : { successRateMinimumHosts: minimumHosts }),
  ...(requestVolume === undefined ? {} : { successRateRequestVolume: requestVolume }),
  ...(stdevFactor === undefined ? {} : { successRateStdevFactor: stdevFactor }),
});

const translateFailurePercentage = ({
  minimumHosts,
  requestVolume,
  threshold,
}: NonNullable<OutlierDetection['failurePercentage']>) => ({
  ...(minimumHosts === undefined ? {} : { failurePercentageMinimumHosts: minimumHosts }),
  ...(requestVolume === undefined ? {} : { failurePercentageRequestVolume: requestVolume }),
  ...(threshold === undefined ? {} : { failurePercentageThreshold: threshold }),
});
