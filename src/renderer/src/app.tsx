import { Button, Loader, MantineProvider } from '@mantine/core'
import { lazy, Suspense, useEffect, useMemo } from 'react'
import type { ReactNode } from 'react'
import type { PeerId } from '../../shared/ids.ts'
import { AlertsView } from './alerts/alerts-view.tsx'
import { AlertNotices } from './alerts/notices.tsx'
import { WatchKey } from './alerts/watch-mark.tsx'
import { BootstrapView } from './bootstrap/bootstrap-view.tsx'
import { CompareDialog } from './compare/compare-dialog.tsx'
import { Dialogs } from './controls/dialogs.tsx'
import { JoinPage } from './controls/join-page.tsx'
import { Palette } from './controls/palette.tsx'
import { tellFailure, useTheme } from './controls/verbs.ts'
import { DemoCard } from './demo/demo-card.tsx'
import { HealthStrip } from './health/strip.tsx'
import { Inspector } from './inspector/inspector.tsx'
import { PeersView } from './peers/peers-view.tsx'
import { SettingsView } from './settings/settings-view.tsx'
import { ReadingAgain } from './snapshots/reading-again.tsx'
import { SnapshotsView } from './snapshots/snapshots-view.tsx'
import { Banners } from './shell/banners.tsx'
import { EngineGate } from './shell/engine-page.tsx'
import { listenGoKeys } from './shell/go-keys.ts'
import { Header } from './shell/header.tsx'
import { Incoming } from './shell/incoming.tsx'
import { KeepTitle } from './shell/keep-title.tsx'
import { linkWords } from './shell/link-words.ts'
import { Navigation } from './shell/navigation.tsx'
import { SaidStrip } from './shell/said-strip.tsx'
import { NetworkView } from './shell/network-view.tsx'
import {
  AppContext,
  useApp,
  useFiles,
  useLink,
  usePeers,
  usePicture,
  useSettings,
  useUi,
} from './stores/app-context.tsx'
import type { App as AppParts } from './stores/app-context.tsx'
import { isForeign, shownAt } from './stores/picture-store.ts'
import { isUnheard } from './stores/subscription.ts'
import type { View } from './stores/ui-store.ts'
import { EventPanel } from './timeline/event-panel.tsx'
import { Boundary } from './ui/boundary.tsx'
import { ResizeHandle, usePanelSize } from './ui/resize.tsx'
import { NO_TOKEN } from './token-share.ts'
import { strings } from './ui/strings.ts'
import { MomentContext, useNow } from './ui/time.tsx'
import { cssVariables, theme } from './ui/theme.ts'

/** Brings the charts with it. */
const HealthView = lazy(() => import('./health/health-view.tsx'))

/** The window on its stores. */
export function App({ parts }: { readonly parts: AppParts }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <AppContext value={parts}>
        <EngineGate>
          <Boundary>
            <Shell />
          </Boundary>
          <Boundary>
            <Palette />
          </Boundary>
          <Dialogs />
          <Boundary>
            <CompareDialog />
          </Boundary>
        </EngineGate>
        <Incoming />
        <SaidStrip />
        <KeepTheme />
        <KeepTitle />
        <GoKeys />
        <WatchKey />
      </AppContext>
    </MantineProvider>
  )
}

/** Takes over the theme that main keeps, once it is known. */
function KeepTheme() {
  const kept = useSettings((state) => state.settings?.theme)
  const { apply } = useTheme()
  useEffect(() => {
    if (kept !== undefined) apply(kept)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a change of what is kept counts
  }, [kept])
  return null
}

/** Keys that lead to a view or to the filter, from anywhere. */
function GoKeys() {
  const { ui } = useApp()
  useEffect(
    () =>
      listenGoKeys({
        target: globalThis,
        now: () => performance.now(),
        go: (view) => ui.setState({ view }),
        filter: () => {
          const field = document.querySelector<HTMLElement>('[data-filter]:enabled')
          field?.focus()
          return field !== null
        },
      }),
    [ui],
  )
  return null
}

function Shell() {
  const view = useUi((state) => state.view)
  return (
    <div className="ps-shell">
      <Header />
      <Navigation />
      <main className="ps-main">
        <Boundary>
          <HealthStrip />
        </Boundary>
        <Banners />
        <Boundary key={view}>
          <Body />
        </Boundary>
        <Boundary>
          <DemoCard />
        </Boundary>
        <AlertNotices />
      </main>
    </div>
  )
}

function Body() {
  const { client } = useApp()
  const view = useUi((state) => state.view)
  const link = useLink((state) => state.state)
  const unheard = useLink(isUnheard)
  const unknown = useLink(({ reason }) => reason === NO_TOKEN)
  const state = usePeers((peers) => peers.status.state)
  const name = usePeers(({ status }) => ('network' in status ? (status.network.name ?? status.network.id) : ''))
  const known = usePeers((peers) => peers.seq !== null)
  const selected = useUi((ui) => ui.selected)
  const foreign = usePicture(({ picture }) => isForeign(picture))
  const again = useFiles((files) => files.again)
  const now = usePicture(({ picture }) => picture === null)
  if (link === 'refused') {
    const { banner } = strings
    return unknown ? (
      <Waiting title={banner.noTokenTitle} text={banner.noToken} alert />
    ) : (
      <Waiting title={banner.refusedTitle} text={banner.refused} alert />
    )
  }
  if (!known) return <Starting />
  if (view === 'settings') return <SettingsView />
  if (view === 'snapshots') return <SnapshotsView />
  if (view === 'alerts') return <AlertsView />
  if (view === 'bootstrap') return <BootstrapView />
  if (again !== null && now) return <ReadingAgain again={again} />
  if (!foreign && (state === 'none' || state === 'failed')) return <JoinPage />
  if (!foreign && state === 'joining') {
    return (
      <Waiting text={strings.joining(name)} busy>
        <Button size="xs" variant="default" onClick={() => void client.network.leave().catch(tellFailure)}>
          {strings.verbs.cancel}
        </Button>
      </Waiting>
    )
  }
  if (!foreign && state === 'leaving') return <Waiting text={strings.leaving} busy />
  return (
    <Looking>
      <Columns view={view} selected={selected} stale={unheard || state === 'lost'} />
    </Looking>
  )
}

/** Before the first word from the engine. */
function Starting() {
  const { desktop } = useApp()
  const now = useNow(1000)
  const words = useLink((link) => linkWords(link, now, desktop !== null))
  return words === null ? <Waiting text={strings.banner.starting} busy /> : <Waiting text={words} alert />
}

interface ColumnsProps {
  readonly view: View
  readonly selected: PeerId | null
  readonly stale: boolean
}

function Columns({ view, selected, stale: lost }: ColumnsProps) {
  const picture = usePicture((state) => state.picture)
  const panel = usePanelSize('inspector', 330, 270, 620)
  // A moment of a loss looks as the window did then.
  const stale = picture === null ? lost : picture.loss !== null
  return (
    <div className="ps-columns" data-picture={picture?.kind}>
      {view === 'health' ? (
        <Suspense fallback={<div className="ps-view" />}>
          <HealthView stale={lost && picture === null} />
        </Suspense>
      ) : null}
      {view === 'network' ? <NetworkView stale={stale} /> : null}
      {view === 'peers' ? <PeersView stale={stale} /> : null}
      {view === 'timeline' ? (
        <div className="ps-view">
          <EventPanel compact={false} open />
        </div>
      ) : null}
      {selected === null ? null : (
        <>
          <ResizeHandle panel={panel} orientation="vertical" label={strings.inspector.title} />
          <Inspector key={selected} peerId={selected} width={panel.size} />
        </>
      )}
    </div>
  )
}

/** Hands the picture that is looked at to the views in place of the network as it is now. */
function Looking({ children }: { readonly children: ReactNode }) {
  const app = useApp()
  const looking = usePicture((state) => state.picture !== null)
  const played = usePicture((state) => state.played !== null)
  const moment = usePicture((state) => shownAt(state.picture))
  const shown = useMemo(
    () => (looking ? { ...app, ...app.other, ...(played ? app.playedParts : {}) } : app),
    [app, looking, played],
  )
  return (
    <AppContext value={shown}>
      <MomentContext value={moment}>{children}</MomentContext>
    </AppContext>
  )
}

function Waiting({
  title,
  text,
  busy,
  alert,
  children,
}: {
  readonly title?: string
  readonly text: string
  readonly busy?: boolean
  readonly alert?: boolean
  readonly children?: ReactNode
}) {
  return (
    <div role={alert === true ? 'alert' : undefined} className="ps-empty" style={{ flex: 1, alignContent: 'center' }}>
      {title === undefined ? null : <strong style={{ color: 'var(--mantine-color-text)' }}>{title}</strong>}
      {busy === true ? <Loader size="sm" aria-hidden /> : null}
      <span style={{ maxWidth: 480 }}>{text}</span>
      {children}
    </div>
  )
}
