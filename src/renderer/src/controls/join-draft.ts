/** The join form: what it holds at first, what is wrong with it, and what the engine is asked for. */
import type { AppInfo, ContractInputs, RecentNetwork, Settings } from '../../../shared/contract.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { nameOrId } from '../../../shared/network-names.ts'
import { parseRelayMode } from '../../../shared/relay-mode.ts'
import type { JoinDraft } from '../stores/ui-store.ts'
import { describeFailure, sentence } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'
import { parseAddresses, tagsError } from './join-form.ts'
import { onlyByRelay, typedMosaikAddress } from './mosaik-form.ts'

/** What is wrong, by field. */
export interface JoinErrors {
  readonly network?: string
  readonly bootstrap?: string
  readonly tags?: string
  readonly relayUrl?: string
  readonly entryVersion?: string
}

/** A form that can be sent, or what is wrong with it. */
export type JoinRequest =
  | { readonly ok: true; readonly input: ContractInputs['network']['join'] }
  | { readonly ok: false; readonly errors: JoinErrors }

/** Three numbers, and what semantic versions may have after them. */
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/

/** Why a kind of network cannot be joined here; null where it can, or while that is not known. */
export function unavailable(info: AppInfo | null, kind: NetworkKind): string | null {
  return info?.kinds.find((one) => one.kind === kind)?.unavailable ?? null
}

/** Whether the public DHT is asked for members on joining, DHT nodes that the command line names, or none. */
export function dhtAsked(info: AppInfo | null, settings: Settings | null): 'public' | 'given' | 'off' {
  if (info === null || settings?.dht !== true || info.dht === 'off') return 'off'
  return info.dht === 'given' ? 'given' : 'public'
}

/** The form before anybody touched it. */
export function firstDraft(info: AppInfo | null, settings: Settings | null, last: NetworkKind): JoinDraft {
  const initial = info?.initialNetwork ?? null
  const kind = initial === null ? last : (info?.initialKind ?? last)
  return {
    kind: unavailable(info, kind) === null ? kind : 'peerscope',
    network: initial ?? '',
    bootstrap: '',
    tags: settings?.tags ?? [],
    relay: 'off',
    relayUrl: '',
    entryVersion: '',
  }
}

/** The form for a network that was joined before. */
export function draftOf(network: RecentNetwork): JoinDraft {
  const { kind, bootstrap, tags, relay, entryVersion } = network
  const typed = ABILITIES[kind].relayUrls ? bootstrap.map(typedMosaikAddress) : bootstrap
  return {
    kind,
    network: nameOrId(network),
    bootstrap: typed.join('\n'),
    tags,
    relay: relay === 'off' || relay === 'default' ? relay : 'url',
    relayUrl: relay === 'off' || relay === 'default' ? '' : relay,
    entryVersion: entryVersion ?? '',
  }
}

/** What the engine is asked for, or what is wrong. */
export function requestOf(draft: JoinDraft): JoinRequest {
  const { kind, tags } = draft
  const network = draft.network.trim()
  const bootstrap = parseAddresses(draft.bootstrap, kind)
  const badTags = tagsError(tags)
  const relay = relayOf(draft)
  const version = ABILITIES[kind].relayUrls ? draft.entryVersion.trim() : ''
  const byRelay = bootstrap.ok && relay.ok && relay.mode === 'off' ? bootstrap.addresses.findIndex(onlyByRelay) : -1
  const errors: JoinErrors = {
    ...(network === '' ? { network: strings.join.networkEmpty } : {}),
    ...(bootstrap.ok ? {} : { bootstrap: bootstrap.error }),
    ...(byRelay < 0 ? {} : { bootstrap: strings.field.mosaik.relaysOff(byRelay + 1) }),
    ...(badTags === null ? {} : { tags: badTags }),
    ...(relay.ok ? {} : { relayUrl: relay.error }),
    ...(version === '' || VERSION.test(version) ? {} : { entryVersion: strings.networks.entryVersionWrong }),
  }
  if (!bootstrap.ok || !relay.ok || Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    input: {
      network,
      kind,
      bootstrap: [...bootstrap.addresses],
      tags: [...tags],
      ...(ABILITIES[kind].relayUrls ? { relay: relay.mode, entryVersion: version === '' ? null : version } : {}),
    },
  }
}

type Relay = { readonly ok: true; readonly mode: string } | { readonly ok: false; readonly error: string }

function relayOf({ kind, relay, relayUrl }: JoinDraft): Relay {
  if (!ABILITIES[kind].relayUrls) return { ok: true, mode: 'off' }
  if (relay !== 'url') return { ok: true, mode: relay }
  if (relayUrl.trim() === '') return { ok: false, error: strings.networks.relayUrlEmpty }
  try {
    return { ok: true, mode: parseRelayMode(relayUrl) }
  } catch (thrown) {
    return { ok: false, error: sentence(describeFailure(thrown).message) }
  }
}
