/** What a headless node remembers in its data folder: its identity (rule ID3), and whom it had to do with (rules BS). */
import type { StoreStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { NetworkRef } from '../../shared/contract.ts'
import { bytes32From } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { makeFolder } from '../make-folder.ts'
import type { KnownPlace } from '../discovery/bootstrap/known-places.ts'
import { systemClock } from '../network/clock.ts'
import { databasePath } from '../store/data-dir.ts'
import { openStore } from '../store/store.ts'
import { Contacts, NOWHERE, storedPlaces } from './contacts.ts'
import { storeFacts } from './diagnostics.ts'
import { NameBook } from './names/name-book.ts'
import { networkRef } from './network-ref.ts'
import type { Logger, OpenNode } from './open-node.ts'
import { keptSecret, nodeSecret } from './open-node.ts'

/** From before the node is opened until after it stopped. */
export interface NodeMemory {
  readonly secret: Uint8Array
  readonly known: readonly KnownPlace[]
  /** The network's name book. */
  readonly names: NameBook
  /** All networks that are remembered. */
  readonly networks: readonly NetworkRef[]
  record(event: DiscoveryEvent): void
  /** The node is online. */
  follow(node: OpenNode): void
  /** Before the node is stopped: what is known then is kept. */
  end(): void
  /** How much is stored, for diagnostics; null where nothing is. */
  stored(): Promise<unknown>
  /** Idempotent. */
  close(): void
}

/** Whose memory. */
export interface NodeMemoryOptions {
  /** Name or id. */
  readonly network: string
  /** Peerscope's own where left out. */
  readonly kind?: NetworkKind
  /** Remembered with the network. */
  readonly relay?: RelayMode
  readonly entryVersion?: string | null
  /** Addresses that were given, to be remembered with the network. */
  readonly bootstrap: readonly string[]
  /** The identity, in place of the folder's. */
  readonly secret: string | null
  /** Null remembers nothing. */
  readonly dataDir: string | null
  readonly logger?: Logger
  /** Called when the state of the store changes, and at once where there is something to know of it. */
  readonly onStore?: (status: StoreStatus) => void
}

/**
 * Opens the folder for as long as the node runs: two nodes with one identity would be in each other's way.
 * @throws StoreInUse when another process holds it
 */
export function openNodeMemory({
  network,
  kind = 'peerscope',
  relay = 'off',
  entryVersion = null,
  bootstrap,
  secret,
  dataDir,
  logger,
  onStore,
}: NodeMemoryOptions): NodeMemory {
  const nothing = (): void => undefined
  if (dataDir === null) {
    return {
      secret: nodeSecret(secret),
      known: [],
      names: new NameBook(NOWHERE, networkKeyOf(networkRef(network, kind))),
      networks: [],
      record: nothing,
      follow: nothing,
      end: nothing,
      stored: () => Promise.resolve(null),
      close: nothing,
    }
  }
  const ref = networkRef(network, kind)
  const key = networkKeyOf(ref)
  makeFolder(dataDir)
  const store = openStore({
    path: databasePath(dataDir, process.platform),
    now: () => Date.now(),
    checkAside: true,
    ...(logger === undefined ? {} : { logger }),
    ...(onStore === undefined ? {} : { onStatus: onStore }),
  })
  try {
    const status = store.status()
    if (status.state !== 'ok' || status.notice !== undefined) onStore?.(status)
    const contacts = new Contacts(store, key, systemClock)
    return {
      secret: secret === null ? keptSecret(store) : bytes32From(secret),
      networks: store.recentNetworks(),
      names: new NameBook(store, key),
      known: storedPlaces(store, key, Date.now()),
      record: (event) => contacts.record(event),
      follow: ({ discovery }) => {
        store.networkJoined({ ...ref, bootstrap, tags: [], relay, entryVersion, at: Date.now() })
        contacts.follow(discovery)
      },
      end: () => contacts.end(),
      stored: async () => ({ status: store.status(), ...(await storeFacts(store)) }),
      close: () => {
        contacts.end()
        store.close()
      },
    }
  } catch (error) {
    store.close()
    throw error
  }
}
