/** The DHT nodes that were known last, so that a restart needs no router: `dht-nodes.json` in the data folder. */
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isIPv4 } from 'node:net'
import { makeFolder } from '../../make-folder.ts'
import type { DhtEndpoint } from './routers.ts'
import { endpointText } from './routers.ts'

/** The file's name. */
export const NODES_FILE = 'dht-nodes.json'
/** Nodes kept. */
const MAX_NODES = 200
/** Largest file that is read, bytes. */
const MAX_BYTES = 100_000

/** What the file holds. Nodes of one DHT are of no use in another: `of` says where the node started from. */
interface NodesFile {
  readonly version: 1
  readonly of: readonly string[]
  readonly nodes: readonly DhtEndpoint[]
}

/** The nodes that were kept for a node that starts from these endpoints. None where there is no such file, or a bad one. */
export async function loadNodes(path: string, of: readonly DhtEndpoint[]): Promise<readonly DhtEndpoint[]> {
  try {
    // The data folder may come from somebody else: a FIFO would wait for its writer.
    const info = await stat(path)
    if (!info.isFile() || info.size > MAX_BYTES) return []
    const text = await readFile(path, 'utf8')
    const file: unknown = JSON.parse(text)
    if (!isNodesFile(file) || file.of.join() !== names(of).join()) return []
    return file.nodes.filter(isEndpoint).slice(0, MAX_NODES)
  } catch {
    return []
  }
}

/** Keeps the nodes; a crash half-way leaves the file as it was. @throws what the file system says */
export async function saveNodes(
  path: string,
  of: readonly DhtEndpoint[],
  nodes: readonly DhtEndpoint[],
): Promise<void> {
  const kept = nodes.filter(isEndpoint).slice(0, MAX_NODES)
  const file: NodesFile = { version: 1, of: names(of), nodes: kept.map(({ host, port }) => ({ host, port })) }
  const draft = `${path}.${process.pid}.tmp`
  makeFolder(dirname(path))
  try {
    await writeFile(draft, `${JSON.stringify(file)}\n`, { mode: 0o600, flush: true })
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

function names(endpoints: readonly DhtEndpoint[]): readonly string[] {
  return endpoints.map(endpointText).sort()
}

function isNodesFile(value: unknown): value is NodesFile {
  if (typeof value !== 'object' || value === null) return false
  const { version, of, nodes } = value as Partial<Record<keyof NodesFile, unknown>>
  return version === 1 && Array.isArray(of) && Array.isArray(nodes)
}

function isEndpoint(value: unknown): value is DhtEndpoint {
  if (typeof value !== 'object' || value === null) return false
  const { host, port } = value as Partial<Record<keyof DhtEndpoint, unknown>>
  return (
    typeof host === 'string' &&
    isIPv4(host) &&
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port > 0 &&
    port < 65_536
  )
}
