/**
 * Syncs of mosaik networks (rule MO11), as machines: the one that begins sends its whole catalog, the other answers with its own,
 * and both merge what they got.
 */
import { StreamFailed, SyncFailed } from '../../../../shared/errors.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../../exchange/exchange.ts'
import { failing, unexpected } from '../../exchange/exchange.ts'
import type { SyncCounts, SyncView } from '../../sync/parts.ts'
import { CatalogIntake, CatalogWriter } from './catalog-message.ts'
import type { Layout } from './layout.ts'

type Action = ExchangeAction<SyncCounts>

/** What both sides do. */
class MosaikSync {
  protected readonly catalog: SyncView
  protected readonly layout: Layout
  #writer: CatalogWriter | null = null
  #sentBytes = 0
  #receivedBytes = 0
  protected intake: CatalogIntake | null = null

  constructor(catalog: SyncView, layout: Layout) {
    this.catalog = catalog
    this.layout = layout
  }

  /** Whether our catalog is on its way. */
  protected get hasSent(): boolean {
    return this.#sentBytes > 0
  }

  /** Gathers our catalog, and sends it once it is complete. */
  protected send(): Action {
    this.#writer ??= new CatalogWriter(this.catalog, this.layout)
    const message = this.#writer.step()
    if (message === null) return { kind: 'yield' }
    this.#sentBytes = message.length
    return { kind: 'send', message }
  }

  protected received(message: Uint8Array): CatalogIntake {
    this.#receivedBytes = message.length
    this.intake = new CatalogIntake(message, this.catalog, this.layout)
    return this.intake
  }

  protected take(intake: CatalogIntake, input: ExchangeInput): Action {
    const action = intake.step(input)
    if (action !== null) return action
    const [sent, received] = [this.#writer?.sent ?? 0, intake.accepted]
    return { kind: 'done', result: { received, sent, bytes: this.#sentBytes + this.#receivedBytes } }
  }
}

/** The side that begins. */
export class MosaikSyncAsker extends MosaikSync implements Exchange<SyncCounts> {
  step(input: ExchangeInput): Action {
    return failing(() => this.#step(input))
  }

  #step(input: ExchangeInput): Action {
    if (this.intake !== null) return this.take(this.intake, input)
    if (input.kind === 'ended') throw new StreamFailed('the peer ended the sync early')
    if (!this.hasSent) return this.send()
    if (input.kind !== 'message') throw unexpected('the asking side of a sync', input)
    // Rule MO11: mosaik does nothing else until who began has closed.
    this.received(input.bytes)
    return { kind: 'close' }
  }
}

/**
 * The side that answers. It answers at once and merges once the other side has closed: who began is not held up by our work.
 */
export class MosaikSyncAnswerer extends MosaikSync implements Exchange<SyncCounts> {
  /** Where it stands: what came is taken in once the other side has what it asked for. */
  #phase: 'reading' | 'answering' | 'closing' | 'taking' = 'reading'

  step(input: ExchangeInput): Action {
    return failing(() => this.#step(input))
  }

  #step(input: ExchangeInput): Action {
    switch (this.#phase) {
      case 'reading':
        if (input.kind === 'begin') return { kind: 'read' }
        if (input.kind === 'ended') throw new StreamFailed('the peer ended the sync early')
        if (input.kind !== 'message') throw unexpected('the answering side of a sync', input)
        this.received(input.bytes)
        this.#phase = 'answering'
        return this.#answer()
      case 'answering':
        return this.#answer()
      case 'closing':
        if (input.kind !== 'ended') throw new SyncFailed('the peer sent what was not asked for')
        this.#phase = 'taking'
        return this.#take({ kind: 'resumed' })
      case 'taking':
        return this.#take(input)
    }
  }

  #take(input: ExchangeInput): Action {
    if (this.intake === null) throw unexpected('the answering side of a sync', input)
    return this.take(this.intake, input)
  }

  #answer(): Action {
    const action = this.send()
    if (action.kind === 'send') this.#phase = 'closing'
    return action
  }
}
