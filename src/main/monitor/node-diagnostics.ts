import type { Diagnostics } from '../../shared/reports.ts'
import { diagnose } from './diagnostics.ts'
import { recentLines } from './log.ts'
import type { NodeMemory } from './node-memory.ts'
import type { Logger, OpenNode } from './open-node.ts'
import { rowOf } from './rows.ts'
import type { DiagnosticsAnswers } from './running/answer.ts'
import { answerDiagnostics } from './running/answer.ts'

/** What diagnostics of a headless node are made of. */
export interface NodeDiagnosticsParts {
  readonly node: OpenNode
  readonly memory: NodeMemory
  readonly logger: Logger
  readonly version: string
  /** Its data folder; null where it has none, and cannot be asked. */
  readonly dataDir: string | null
}

/** Answers `peerscope diagnostics` for a headless node. */
export function answerForNode(parts: NodeDiagnosticsParts): DiagnosticsAnswers {
  const { dataDir, logger } = parts
  if (dataDir === null) return { close: () => Promise.resolve() }
  return answerDiagnostics({ dataDir, logger, diagnose: () => diagnoseNode(parts) })
}

async function diagnoseNode({ node, memory, logger, version }: NodeDiagnosticsParts): Promise<Diagnostics> {
  const { discovery } = node
  return await diagnose({
    at: Date.now(),
    app: { version, host: 'node' },
    settings: null,
    state: discovery.health().state,
    discovery,
    cost: null,
    rows: [...discovery.catalog().peers.values()].map((peer) => rowOf(peer, false, false)),
    events: [],
    store: await memory.stored(),
    rules: [],
    alerts: [],
    log: recentLines(logger),
  })
}
