import { Button } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCloudOff,
  IconDatabaseOff,
  IconFlask,
  IconHistory,
  IconInfoCircle,
  IconShare2,
} from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import type { StoredNetwork } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { clashWords, clockWords, roughDuration } from '../../../shared/own-troubles.ts'
import { SHARED_SPAN_MS, useShare } from '../controls/export.tsx'
import { unavailable } from '../controls/join-draft.ts'
import { joinAgain } from '../controls/join-again.ts'
import { useApp, useLink, usePeers, usePicture, useSettings, useUi } from '../stores/app-context.tsx'
import type { PeerStoreState } from '../stores/peer-store.ts'
import { isForeign, momentOf } from '../stores/picture-store.ts'
import { formatClockSeconds, formatExact } from '../ui/format.ts'
import { sentence } from '../ui/errors.ts'
import type { Tone } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useAgo, useNow } from '../ui/time.tsx'
import { linkWords } from './link-words.ts'
import { ToNearest } from './nothing-shown.tsx'
import { onEscapeBack } from './escape.ts'
import { pictureWords } from './picture-words.ts'

/** What has to be known whatever is looked at: lost links, a store that keeps nothing, a wrong clock. */
export function Banners() {
  const status = usePeers((state) => state.status)
  const store = usePeers((state) => state.store)
  // Its peers end with their host.
  const hidden = useUi((ui) => ui.storyHidden)
  const ended = useLink((link) => link.state === 'ended')
  const skew = 'suspectedClockSkewMs' in status ? status.suspectedClockSkewMs : null
  const compared = 'clocksCompared' in status ? status.clocksCompared : 0
  const clash = 'identityClash' in status ? status.identityClash : null
  return (
    <>
      <PictureBanner />
      <Unlinked />
      {status.state === 'lost' ? <Lost heardAt={status.lastHeardAt ?? status.joinedAt} /> : null}
      {store.state === 'ok' ? null : (
        <Banner tone="warn" icon={<IconDatabaseOff size={16} aria-hidden />}>
          {store.state === 'memory-only' ? strings.banner.memory(store.reason) : strings.banner.readOnly(store.reason)}
        </Banner>
      )}
      {store.notice === undefined ? null : (
        <Banner tone="warn" icon={<IconInfoCircle size={16} aria-hidden />}>
          {store.notice}
        </Banner>
      )}
      {skew === null ? null : (
        <Banner tone="warn" icon={<IconAlertTriangle size={16} aria-hidden />}>
          {sentence(clockWords(skew, compared))}
        </Banner>
      )}
      {clash === null ? null : (
        <Banner tone="warn" icon={<IconAlertTriangle size={16} aria-hidden />}>
          {sentence(clashWords(clash.startedAt === null ? null : formatExact(clash.startedAt)))}
        </Banner>
      )}
      {'demo' in status && status.demo && (status.story === null || hidden === status.network.id) && !ended ? (
        <Banner tone="info" icon={<IconFlask size={16} aria-hidden />}>
          {strings.banner.demo}
        </Banner>
      ) : null}
    </>
  )
}

/** Who looked on in a picture; null where nobody did. */
function ourselvesIn({ peers }: Pick<PeerStoreState, 'peers'>): PeerId | null {
  for (const { self, peerId } of peers.values()) if (self) return peerId
  return null
}

/** What is looked at, where it is not the network as it is now. */
function PictureBanner() {
  const { picture: store, other } = useApp()
  const picture = usePicture((state) => state.picture)
  const wanted = usePicture((state) => state.wanted)
  const failure = usePicture((state) => state.failure)
  const text = strings.past
  const played = usePicture((state) => state.played)
  const joined = usePeers(({ status }) => ('neighbors' in status ? (status.network.name ?? status.network.id) : null))
  const shown = picture !== null || wanted !== null
  useEffect(() => (shown ? onEscapeBack(() => store.leave()) : undefined), [shown, store])
  if (!shown) return null
  const moment = momentOf(picture)
  const nearest = picture?.nearest ?? null
  const words =
    failure !== null
      ? failure.message
      : picture === null
        ? text.loading(formatExact(wanted ?? 0))
        : pictureWords(picture, joined, played, ourselvesIn(other.peers.getState()))
  return (
    <Banner tone={failure === null ? 'past' : 'bad'} icon={<IconHistory size={16} aria-hidden />}>
      <span data-testid="picture" className="ps-banner-words" title={words}>
        {words}
      </span>
      {nearest === null ? null : <ToNearest nearest={nearest} />}
      {moment === null || nearest !== null ? null : <ShareMoment at={moment.at} />}
      {played?.stored === undefined || joined !== null ? null : <JoinStored stored={played.stored} />}
      <Button
        size="compact-xs"
        variant="default"
        title={played === null ? text.escape : strings.history.closeHint}
        aria-keyshortcuts="Escape"
        onClick={() => store.leave()}
      >
        {isForeign(picture) || played !== null ? text.close : text.back}
      </Button>
    </Banner>
  )
}

/** Joins the network whose history is looked at. A demo is over for good. */
function JoinStored({ stored: { network, demo } }: { readonly stored: StoredNetwork }) {
  const app = useApp()
  const recent = useSettings((state) => state.recent)
  const busy = useUi((state) => state.busy)
  const info = useSettings((state) => state.info)
  const known = recent.find((one) => networkKeyOf(one) === networkKeyOf(network))
  if (demo || known === undefined || unavailable(info, network.kind) !== null) return null
  return (
    <Button size="compact-xs" disabled={busy} onClick={() => joinAgain(app, known)}>
      {strings.history.join}
    </Button>
  )
}

function ShareMoment({ at }: { readonly at: number }) {
  const share = useShare()
  const [busy, setBusy] = useState(false)
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={busy}
      leftSection={<IconShare2 size={13} aria-hidden />}
      onClick={() => {
        setBusy(true)
        void share(at, SHARED_SPAN_MS).finally(() => setBusy(false))
      }}
    >
      {strings.past.share}
    </Button>
  )
}

function Lost({ heardAt }: { readonly heardAt: number }) {
  const now = useNowShown()
  return (
    <Banner tone="bad" icon={<IconCloudOff size={16} aria-hidden />}>
      <span>
        {now ? strings.banner.lost : strings.banner.lostNow}
        {now ? <PictureAge at={heardAt} /> : null}
      </span>
    </Banner>
  )
}

function Unlinked() {
  const { desktop } = useApp()
  const now = useNow(1000)
  const text = useLink((link) => (link.heardAt === null ? null : linkWords(link, now, desktop !== null)))
  const heardAt = useLink((link) => link.heardAt)
  const silentSince = useLink((link) => link.silentSince)
  const nowShown = useNowShown()
  const shown = usePeers(({ status }) => 'network' in status && status.state !== 'failed')
  if (text === null || heardAt === null) return null
  return (
    <Banner tone="bad" icon={<IconCloudOff size={16} aria-hidden />}>
      <span>
        {/* The age changes and is not said again each time. */}
        <span role="alert">{text}</span>
        {silentSince === null ? null : ` ${strings.link.silentFor(wholeSeconds(now - silentSince))}`}
        {!shown || !nowShown ? null : silentSince === null ? (
          <PictureAge at={heardAt} />
        ) : (
          ` ${strings.link.shownAsOf(formatClockSeconds(heardAt))}`
        )}
      </span>
    </Banner>
  )
}

function wholeSeconds(ms: number): string {
  return roughDuration(Math.max(1, Math.round(ms / 1000)) * 1000)
}

/** Whether the network is looked at as it is now: of what is shown of a past, nothing is old. */
function useNowShown(): boolean {
  return usePicture((state) => state.picture === null && state.wanted === null)
}

function PictureAge({ at }: { readonly at: number }) {
  return ` ${strings.banner.picture(useAgo(at))}`
}

function Banner({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone
  readonly icon: ReactNode
  readonly children: ReactNode
}) {
  return (
    <div className="ps-banner" style={{ ['--tone' as string]: `var(--ps-${tone})` }}>
      {icon}
      {children}
    </div>
  )
}
