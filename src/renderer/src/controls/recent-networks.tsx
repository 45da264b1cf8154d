import { ActionIcon, Button, Text, Tooltip } from '@mantine/core'
import { IconHistory, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ListedNetwork, RecentNetwork } from '../../../shared/contract.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { App } from '../stores/app-context.tsx'
import { useApp, useSettings, useUi } from '../stores/app-context.tsx'
import { endedWords } from '../shell/nothing-words.ts'
import { nameOf, openHistory } from '../stores/stored-history.ts'
import { Confirm } from '../ui/confirm.tsx'
import { sentence } from '../ui/errors.ts'
import { formatCount } from '../ui/format.ts'
import { KindChip } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useAgo } from '../ui/time.tsx'
import { draftOf, unavailable } from './join-draft.ts'
import { tellFailure } from './verbs.ts'

/** What a recent network is called. */
export function recentName(network: RecentNetwork): string {
  return nameOf(network, network.demo === true, network.lastJoinedAt)
}

/** Opens the history of a recent network; what fails is told. */
export function openRecent(app: App, network: RecentNetwork): void {
  openHistory(app, network).catch(tellFailure)
}

/** The network that was left last: what was seen of it is one click away. */
export function JustLeft() {
  const app = useApp()
  const left = useUi((state) => state.left)
  const recent = useSettings((state) => state.recent)
  const network = left === null ? undefined : recent.find((one) => networkKeyOf(one) === networkKeyOf(left))
  if (network === undefined) return null
  const text = strings.history
  const name = recentName(network)
  return (
    <section className="ps-just-left" aria-label={text.leftTitle}>
      <IconHistory size={18} aria-hidden />
      <div>
        <strong>{network.demo === true ? text.leftDemo : text.left(name)}</strong>
        <div>{text.leftNote}</div>
      </div>
      <Button size="xs" aria-label={text.openOf(name)} onClick={() => openRecent(app, network)}>
        {text.open}
      </Button>
    </section>
  )
}

/** Networks that were joined before, and the last demos. */
export function Recent() {
  const recent = useSettings((state) => state.recent)
  return (
    <section aria-label={strings.join.recent}>
      <Text fw={600} fz="sm" mb={6}>
        {strings.join.recent}
      </Text>
      {recent.length === 0 ? (
        <Text c="dimmed" fz="sm">
          {strings.join.recentNone}
        </Text>
      ) : (
        recent.map((network) => <RecentLine key={networkKeyOf(network)} network={network} />)
      )}
    </section>
  )
}

function RecentLine({ network }: { readonly network: ListedNetwork }) {
  const app = useApp()
  const { settings } = app
  const [asked, setAsked] = useState(false)
  const name = recentName(network)
  return (
    <div className="ps-recent">
      {network.demo === true ? (
        <div className="ps-recent-name">
          <div className="ps-clip" title={network.name ?? network.id}>
            {name}
          </div>
          <Text c="dimmed" fz="xs">
            {strings.history.demoNote(formatCount(network.knownPeers))}
            {endedText(network)}
          </Text>
        </div>
      ) : (
        <Fill network={network} name={name} />
      )}
      <Button
        size="compact-xs"
        variant="default"
        className="ps-recent-open"
        aria-label={strings.history.openOf(name)}
        onClick={() => openRecent(app, network)}
      >
        {strings.history.open}
      </Button>
      <Tooltip label={strings.join.forget(name)} openDelay={400}>
        <ActionIcon variant="subtle" color="gray" aria-label={strings.join.forget(name)} onClick={() => setAsked(true)}>
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
      {asked ? (
        <Confirm
          title={strings.join.forgetTitle(name)}
          text={strings.join.forgetText}
          label={strings.join.forgetYes}
          danger
          act={() => settings.forget(network)}
          close={() => setAsked(false)}
        />
      ) : null}
    </div>
  )
}

/** How it ended, after what is said of it. */
function endedText(network: ListedNetwork): string {
  const words = endedWords(network)
  return words === '' ? '' : ` · ${words}`
}

/** Fills in the form, to join the network again. */
function Fill({ network, name }: { readonly network: ListedNetwork; readonly name: string }) {
  const { ui } = useApp()
  const age = useAgo(network.lastJoinedAt)
  const info = useSettings((state) => state.info)
  const reason = unavailable(info, network.kind)
  return (
    <button
      type="button"
      className="ps-link"
      title={reason === null ? strings.join.use(name) : sentence(reason)}
      disabled={reason !== null}
      onClick={() => ui.setState({ draft: draftOf(network), joinFailure: null })}
    >
      <div className="ps-name" style={{ maxWidth: '100%' }}>
        <span className="ps-clip" title={network.name ?? network.id}>
          {name}
        </span>
        <KindChip kind={network.kind} />
      </div>
      <Text c="dimmed" fz="xs">
        {strings.join.recentPeers(formatCount(network.knownPeers), age)}
        {endedText(network)}
      </Text>
    </button>
  )
}
