import type { SnapshotReport, WorkMessage, WorkStep } from '../../../shared/contract.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { RowsMessage } from '../../../shared/reports.ts'
import type { Client } from '../stores/client.ts'
import { base64Of } from '../ui/base64.ts'

/** Bytes of one part: as base64 it must fit in a message. */
const PART = 384 * 1024

/** The calls that are made. */
export type FilesClient = Pick<Client, 'snapshots'>

/** A file that was handed to the engine and checked. */
export interface OpenedFile {
  /** The engine's name for it. */
  readonly file: string
  readonly name: string
  readonly report: SnapshotReport
}

/** How far work on a file is. Handing it over counts bytes. */
export type FileStep = WorkStep | { readonly step: 'upload'; readonly done: number; readonly total: number }

/** How work on a file is followed, and called off. */
export interface Watch {
  readonly signal: AbortSignal
  readonly onStep: (step: FileStep) => void
  /** The engine has all of it. */
  readonly onHandedOver: (file: string) => void
}

/** Hands a file to the engine in parts, and has it checked. Where that fails or is called off nothing of it stays there. */
export async function openSnapshot(client: FilesClient, file: File, watch: Watch): Promise<OpenedFile> {
  const { signal, onStep } = watch
  // Takes no time, and is not called off: nobody could drop what it began.
  const { file: id } = await client.snapshots.begin()
  return await orDropped(client, id, async () => {
    for (let from = 0; from < file.size; from += PART) {
      signal.throwIfAborted()
      const bytes = new Uint8Array(await file.slice(from, from + PART).arrayBuffer())
      await client.snapshots.put({ file: id, base64: base64Of(bytes) }, { signal })
      onStep({ step: 'upload', done: from + bytes.length, total: file.size })
    }
    watch.onHandedOver(id)
    return await checked(client, id, file.name, watch)
  })
}

/** Has a file checked that the engine has taken in by itself. Where that fails or is called off nothing of it stays there. */
export async function openTaken(client: FilesClient, file: string, name: string, watch: Watch): Promise<OpenedFile> {
  return await orDropped(client, file, () => checked(client, file, name, watch))
}

/** What comes of work in the end. @throws Cancelled where it ends before */
export async function resultOf<Result>(
  work: Promise<AsyncIterable<WorkMessage<Result>>>,
  { signal, onStep }: Pick<Watch, 'signal' | 'onStep'>,
): Promise<Result> {
  for await (const message of await work) {
    if (signal.aborted) break
    if (message.kind === 'done') return message.result
    onStep(message.step)
  }
  throw new Cancelled('the work ended before it was done')
}

/** All rows that are read out of a file. @throws Cancelled where it ends before */
export async function rowsOf(reading: Promise<AsyncIterable<RowsMessage>>, watch: Watch): Promise<readonly PeerRow[]> {
  const rows: PeerRow[] = []
  for await (const message of await reading) {
    if (watch.signal.aborted) break
    if (message.kind === 'done') return rows
    if (message.kind === 'rows') rows.push(...message.peers)
    else watch.onStep(message.step)
  }
  throw new Cancelled('the work ended before it was done')
}

async function checked(client: FilesClient, file: string, name: string, watch: Watch): Promise<OpenedFile> {
  const { signal } = watch
  return { file, name, report: await resultOf(client.snapshots.verify({ file }, { signal }), watch) }
}

async function orDropped<T>(client: FilesClient, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    void client.snapshots.drop({ file }).catch(() => undefined)
    throw error
  }
}
