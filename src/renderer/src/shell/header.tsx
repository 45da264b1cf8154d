import { ActionIcon, Button, Kbd, Menu, Tooltip } from '@mantine/core'
import {
  IconAffiliate,
  IconChevronDown,
  IconCopy,
  IconDoorExit,
  IconDownload,
  IconMoon,
  IconPlugConnected,
  IconSearch,
  IconSun,
  IconTags,
} from '@tabler/icons-react'
import { useRef } from 'react'
import type { NetworkStatus } from '../../../shared/contract.ts'
import { rttWords, toldRtt } from '../../../shared/health-words.ts'
import { useExport } from '../controls/export.tsx'
import { palette } from '../controls/palette-store.ts'
import { copyText, useTheme } from '../controls/verbs.ts'
import { useApp, useForms, useHealth, useLink, usePeers, usePicture } from '../stores/app-context.tsx'
import { hereIn } from '../stores/peer-store.ts'
import type { DialogName } from '../stores/ui-store.ts'
import { formatCount, formatRtt } from '../ui/format.ts'
import { Dot, KindChip } from '../ui/pieces.tsx'
import { MAC } from '../ui/platform.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'

const COLOURS: Readonly<Record<NetworkStatus['state'], string>> = {
  none: 'var(--ps-mute)',
  joining: 'var(--ps-info)',
  alone: 'var(--ps-warn)',
  online: 'var(--ps-good)',
  lost: 'var(--ps-bad)',
  deserted: 'var(--ps-mute)',
  leaving: 'var(--ps-mute)',
  failed: 'var(--ps-bad)',
}

/** Name, network, status and search. */
export function Header() {
  const status = usePeers((state) => state.status)
  const scheme = useScheme()
  const { toggle } = useTheme()
  return (
    <header className="ps-header">
      <h1 className="ps-brand">
        <IconAffiliate size={20} aria-hidden />
        {strings.app}
      </h1>
      <div className="ps-header-network">
        {'network' in status ? <NetworkMenu status={status} /> : null}
        {'network' in status && status.network.kind !== 'peerscope' ? <KindChip kind={status.network.kind} /> : null}
        <StatusWords status={status} />
        <Figures status={status} />
      </div>
      <button
        type="button"
        className="ps-search"
        title={strings.header.search}
        aria-keyshortcuts={MAC ? 'Meta+K' : 'Control+K'}
        onClick={() => palette.open()}
      >
        <IconSearch size={14} aria-hidden />
        <span>{strings.header.search}</span>
        <Kbd size="xs" aria-hidden>
          {MAC ? strings.header.searchKeyMac : strings.header.searchKey}
        </Kbd>
      </button>
      <Tooltip label={strings.header.theme} openDelay={400}>
        <ActionIcon variant="subtle" color="gray" aria-label={strings.header.theme} onClick={toggle}>
          {scheme === 'dark' ? <IconSun size={17} /> : <IconMoon size={17} />}
        </ActionIcon>
      </Tooltip>
    </header>
  )
}

function StatusWords({ status }: { readonly status: NetworkStatus }) {
  const link = useLink((state) => state.state)
  const silent = useLink((state) => state.silentSince !== null)
  const now = usePicture((state) => state.picture === null && state.wanted === null)
  const unlinked = silent || link === 'lost' || link === 'refused' || link === 'ended'
  const word =
    link === 'connecting' || link === 'ended'
      ? strings.status[link]
      : unlinked
        ? strings.status.unlinked
        : strings.status[status.state]
  return (
    <output className="ps-status" aria-label={strings.header.status}>
      <Dot colour={unlinked ? 'var(--ps-bad)' : COLOURS[status.state]} />
      {now ? word : strings.header.now(word)}
    </output>
  )
}

function Figures({ status }: { readonly status: NetworkStatus }) {
  // Those of another picture stand in its banner.
  const now = usePicture((state) => state.picture === null)
  const here = usePeers(hereIn)
  // Of the same answer as the sentence below.
  const figures = useHealth((state) => state.now?.rtt ?? null)
  if (!now || !('neighbors' in status)) return null
  const rtt = toldRtt({ rtt: figures, state: status.state })
  return (
    <span className="ps-figures">
      {status.state === 'lost' ? (
        <span title={strings.header.hereLostMeaning}>{strings.header.hereLost(formatCount(here))}</span>
      ) : (
        <span title={strings.header.hereMeaning}>{strings.header.here(formatCount(here))}</span>
      )}
      <span title={strings.header.neighborsMeaning}>{strings.header.neighbors(formatCount(status.neighbors))}</span>
      {rtt === null ? null : <span title={rttWords(rtt)}>{strings.header.medianRtt(formatRtt(rtt.p50))}</span>}
    </span>
  )
}

function NetworkMenu({ status }: { readonly status: Extract<NetworkStatus, { network: unknown }> }) {
  const { ui } = useApp()
  const forms = useForms()
  const exportCatalog = useExport()
  const name = status.network.name ?? `${status.network.id.slice(0, 8)}…`
  const live = 'neighbors' in status
  const address = live ? status.addresses[0] : undefined
  const button = useRef<HTMLButtonElement>(null)
  const open = (dialog: DialogName): void => {
    // The entry is gone when the dialog closes: the focus then comes back to the menu's button.
    button.current?.focus()
    ui.setState({ dialog })
  }
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <Button
          ref={button}
          variant="subtle"
          color="gray"
          size="compact-sm"
          className="ps-network-name"
          aria-label={`${strings.header.networkMenu}: ${name}`}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          <span className="ps-clip" title={name}>
            {name}
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copyText(status.network.id)}>
          {strings.verbs.copyNetwork}
        </Menu.Item>
        {address === undefined ? null : (
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => void copyText(forms.said(address))}>
            {strings.verbs.copyAddress}
          </Menu.Item>
        )}
        {live ? (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconPlugConnected size={15} />} onClick={() => open('dial')}>
              {strings.verbs.dial}
            </Menu.Item>
            <Menu.Item leftSection={<IconTags size={15} />} onClick={() => open('tags')}>
              {strings.verbs.tags}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDownload size={15} />}
              onClick={() => void exportCatalog({ what: 'catalog', format: 'json', filter: '', from: null, to: null })}
            >
              {strings.verbs.export}
            </Menu.Item>
          </>
        ) : null}
        <Menu.Divider />
        <Menu.Item color="var(--ps-bad)" leftSection={<IconDoorExit size={15} />} onClick={() => open('leave')}>
          {strings.verbs.leave}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
