import type { NetworkId } from '../../shared/ids.ts'
import type { DiscoveryLog, Verbosity } from '../discovery/core/log.ts'
import type { Logger } from '../network/logger.ts'

/** What discovery does and refuses, through our logger: each line with its network, and its peer where one is concerned. */
export function discoveryLog(logger: Logger, network: NetworkId): DiscoveryLog {
  return {
    verbosity: verbosityOf(logger),
    write: ({ level, message, peer, fields }) =>
      logger[level]({ component: 'discovery', network, ...(peer === null ? {} : { peer }), ...fields }, message),
  }
}

function verbosityOf(logger: Logger): Verbosity {
  if (logger.isLevelEnabled('trace')) return 'trace'
  return logger.isLevelEnabled('debug') ? 'debug' : 'none'
}
