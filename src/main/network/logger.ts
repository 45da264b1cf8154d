import { format } from 'node:util'
import type { ComponentLogger, Logger as Libp2pLogger } from '@libp2p/interface'
import type { Logger } from 'pino'

export type { Logger } from 'pino'

/** libp2p's logs through our sink: its errors as warnings, since it recovers from them, the rest as traces. */
export function libp2pLogger(logger: Logger): ComponentLogger {
  return { forComponent: (name) => component(logger, name) }
}

function component(logger: Logger, name: string): Libp2pLogger {
  const write = (level: 'debug' | 'trace', template: unknown, args: readonly unknown[]): void => {
    if (logger.isLevelEnabled(level)) logger[level]({ component: name }, format(plain(template), ...args.map(readable)))
  }
  const log = (template: unknown, ...args: unknown[]): void => write('trace', template, args)
  return Object.assign(log, {
    error: (template: unknown, ...args: unknown[]) => write('debug', template, args),
    trace: (template: unknown, ...args: unknown[]) => write('trace', template, args),
    enabled: logger.isLevelEnabled('trace'),
    newScope: (scope: string) => component(logger, `${name}:${scope}`),
  })
}

/** libp2p has formatters of its own (%p, %a, %e …); as strings they read well enough. */
function plain(template: unknown): unknown {
  return typeof template === 'string' ? template.replace(/%[peabtkm](?![a-z])/g, '%s') : template
}

function readable(value: unknown): unknown {
  return value instanceof Error ? value.message : value
}
