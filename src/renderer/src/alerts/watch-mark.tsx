import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { useIslandsWatched, useWatched, watchIslands, watchPeer, watchSelected } from './use-watch.ts'
import { listenWatchKey } from './watch-key.ts'

/** `W` watches what is selected, from anywhere. */
export function WatchKey() {
  const app = useApp()
  useEffect(() => listenWatchKey(globalThis, () => watchSelected(app)), [app])
  return null
}

/** A small mark on a peer that is watched. */
export function WatchMark({ peerId }: { readonly peerId: PeerId }) {
  if (!useWatched().has(peerId)) return null
  return (
    <span className="ps-watched" title={strings.watch.mark} data-watched>
      <IconEye size={13} aria-hidden />
      <VisuallyHidden>{strings.watch.mark}</VisuallyHidden>
    </span>
  )
}

/** Watches a peer, or stops it. */
export function WatchButton({ peerId }: { readonly peerId: PeerId }) {
  const app = useApp()
  const watched = useWatched().has(peerId)
  const { watch, unwatch } = strings.watch
  return <EyeButton watched={watched} label={watched ? unwatch : watch} onClick={() => watchPeer(app, peerId)} />
}

/** Watches the islands, or stops it. */
export function WatchIslands() {
  const app = useApp()
  const watched = useIslandsWatched()
  const { watchIslands: watch, unwatchIslands: unwatch } = strings.watch
  return <EyeButton watched={watched} label={watched ? unwatch : watch} onClick={() => watchIslands(app)} />
}

function EyeButton(props: { readonly watched: boolean; readonly label: string; readonly onClick: () => void }) {
  const { watched, label, onClick } = props
  const { key } = strings.watch
  const Icon = watched ? IconEyeOff : IconEye
  return (
    <Tooltip label={`${label} (${key})`} openDelay={400}>
      <ActionIcon
        variant={watched ? 'light' : 'subtle'}
        color="gray"
        aria-label={label}
        aria-keyshortcuts={key}
        onClick={onClick}
      >
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
