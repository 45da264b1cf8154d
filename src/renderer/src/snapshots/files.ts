import type { CompareReport, SnapshotReport } from '../../../shared/contract.ts'
import type { Client } from '../stores/client.ts'
import { base64Of } from '../ui/base64.ts'

/** Bytes of one part: as base64 it must fit in a message. */
const PART = 384 * 1024

/** A file that was handed to the engine and checked. */
export interface OpenedFile {
  /** The engine's name for it. */
  readonly file: string
  readonly name: string
  readonly report: SnapshotReport
}

/** A comparison, and of what. */
export interface Compared {
  readonly before: string
  readonly after: string
  readonly report: CompareReport
}

/**
 * Hands a file to the engine in parts, and has it checked. Where that fails nothing of it stays there.
 * @param onProgress how much of it is there, 0 to 1
 */
export async function openSnapshot(
  client: Client,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<OpenedFile> {
  const { file: id } = await client.snapshots.begin(undefined, { signal })
  try {
    for (let from = 0; from < file.size; from += PART) {
      const bytes = new Uint8Array(await file.slice(from, from + PART).arrayBuffer())
      await client.snapshots.put({ file: id, base64: base64Of(bytes) }, { signal })
      onProgress(Math.min(1, (from + PART) / file.size))
    }
    return { file: id, name: file.name, report: await client.snapshots.verify({ file: id }, { signal }) }
  } catch (error) {
    void client.snapshots.drop({ file: id }).catch(() => undefined)
    throw error
  }
}

/** Has a file checked that the engine has taken in by itself. Where that fails nothing of it stays there. */
export async function openTaken(client: Client, file: string, name: string, signal: AbortSignal): Promise<OpenedFile> {
  try {
    return { file, name, report: await client.snapshots.verify({ file }, { signal }) }
  } catch (error) {
    void client.snapshots.drop({ file }).catch(() => undefined)
    throw error
  }
}
