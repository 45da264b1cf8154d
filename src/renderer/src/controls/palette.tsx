import { Spotlight } from '@mantine/spotlight'
import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { shortPeerId } from '../../../shared/ids.ts'
import { found as foundBy, searchWords } from '../peers/filter.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { VIEWS } from '../stores/ui-store.ts'
import { nickname } from '../../../shared/nickname.ts'
import { StateMark } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useExport } from './export.tsx'
import { useTheme } from './verbs.ts'

const PEERS_SHOWN = 12

/** The command palette: every verb, and peers by id, nickname or tag. */
export function Palette() {
  const [query, setQuery] = useState('')
  const [opened, setOpened] = useState(false)
  const commands = useCommands()
  const peers = useFoundPeers(opened ? query : '')
  const words = searchWords(query)
  const found = commands.filter(({ label = '' }) => words.every((word) => label.toLowerCase().includes(word)))
  const groups: SpotlightActionGroupData[] = [
    { group: strings.verbs.groupCommands, actions: found },
    { group: strings.verbs.groupPeers, actions: peers },
  ].filter(({ actions }) => actions.length > 0)
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      // Both lists are filtered already.
      filter={(_query, actions) => actions}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      shortcut={['mod + K']}
      tagsToIgnore={[]}
      nothingFound={strings.verbs.paletteNone}
      scrollable
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: strings.verbs.palettePlaceholder,
        'aria-label': strings.verbs.palettePlaceholder,
      }}
    />
  )
}

function useCommands(): SpotlightActionData[] {
  const { ui } = useApp()
  const live = usePeers((state) => 'neighbors' in state.status)
  const joined = usePeers((state) => 'network' in state.status && state.status.state !== 'failed')
  const exportCatalog = useExport()
  const { toggle } = useTheme()
  const dialog = (name: 'dial' | 'sync' | 'ping' | 'tags' | 'leave', label: string): SpotlightActionData => ({
    id: name,
    label,
    onClick: () => ui.setState({ dialog: name }),
  })
  return [
    ...(live
      ? [
          dialog('dial', strings.verbs.dial),
          dialog('sync', strings.verbs.sync),
          dialog('ping', strings.verbs.ping),
          dialog('tags', strings.verbs.tags),
          {
            id: 'export',
            label: strings.verbs.export,
            onClick: () => void exportCatalog({ what: 'catalog', format: 'json', filter: '', from: null, to: null }),
          },
        ]
      : []),
    ...VIEWS.map((view) => ({
      id: view,
      label: strings.verbs.goto(strings.nav[view]),
      onClick: () => ui.setState({ view }),
    })),
    { id: 'theme', label: strings.verbs.theme, onClick: toggle },
    ...(joined ? [dialog('leave', strings.verbs.leave)] : []),
  ]
}

function useFoundPeers(query: string): SpotlightActionData[] {
  const { peers, ui } = useApp()
  const words = searchWords(query)
  if (words.length === 0) return []
  const found: SpotlightActionData[] = []
  for (const row of peers.getState().peers.values()) {
    if (!foundBy(row, words)) continue
    found.push({
      id: row.peerId,
      label: nickname(row.peerId),
      description: [shortPeerId(row.peerId), ...row.tags.slice(0, 4)].join(' · '),
      rightSection: <StateMark row={row} />,
      onClick: () => ui.setState({ selected: row.peerId }),
    })
    if (found.length === PEERS_SHOWN) break
  }
  return found
}
