import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { IconArrowsLeftRight } from '@tabler/icons-react'
import { useRef } from 'react'
import type { ReactNode, RefObject } from 'react'
import { useApp, useCompare, usePicture } from '../stores/app-context.tsx'
import { shownAt } from '../stores/picture-store.ts'
import { Dialog } from '../ui/dialog.tsx'
import { strings } from '../ui/strings.ts'
import { MomentContext } from '../ui/time.tsx'
import { PeersPane } from './peers-pane.tsx'
import { PeerPicker, PicturePicker } from './pickers.tsx'
import { PicturesPane } from './pictures-pane.tsx'
import { restoreFocused } from './use-side-field.ts'
import { useWrongWords } from './wrong-words.ts'

/** Compares two of anything: peers, moments, snapshots. */
export function CompareDialog() {
  const { compare } = useApp()
  const opened = useCompare((state) => state.opened)
  const what = useCompare((state) => state.what)
  const whole = useCompare((state) => !state[state.what].includes(null))
  const text = strings.compare
  if (!opened) return null
  const close = (): void => {
    if (!restoreFocused((index) => compare.setWrong(what, index, null))) compare.close()
  }
  return (
    <Dialog
      onClose={close}
      title={text.title}
      size={1000}
      yOffset="4vh"
      closeButtonProps={{ 'aria-label': text.close }}
      data-testid="compare"
    >
      {/* With nothing to choose the first control of the dialog would get the focus, which closes it. */}
      <div className="ps-compare" tabIndex={-1} data-autofocus={whole ? true : undefined}>
        <SegmentedControl
          size="xs"
          aria-label={text.what}
          data={[
            { value: 'peers', label: text.whats.peers },
            { value: 'pictures', label: text.whats.pictures },
          ]}
          value={what}
          onChange={(value) => compare.setWhat(value === 'peers' ? 'peers' : 'pictures')}
        />
        {what === 'peers' ? <Peers /> : <Pictures />}
      </div>
    </Dialog>
  )
}

function Peers() {
  const { compare } = useApp()
  const [a, b] = useCompare((state) => state.peers)
  const moment = usePicture((state) => shownAt(state.picture))
  const fields = useFields()
  const wrong = useWrongWords('peers')
  return (
    <>
      <Sides>
        <PeerPicker
          {...fields[0]}
          peerId={a}
          other={b}
          onPick={picked((peerId) => compare.setPeer(0, peerId), fields[1], b)}
        />
        <Swap />
        <PeerPicker
          {...fields[1]}
          peerId={b}
          other={a}
          onPick={picked((peerId) => compare.setPeer(1, peerId), fields[0], a)}
        />
      </Sides>
      {wrong !== null ? (
        <p className="ps-compare-untold">{wrong}</p>
      ) : a === null || b === null ? (
        <p className="ps-number">{strings.compare.choosePeers}</p>
      ) : (
        <MomentContext value={moment}>
          <PeersPane key={`${a} ${b}`} a={a} b={b} />
        </MomentContext>
      )}
    </>
  )
}

function Pictures() {
  const { compare } = useApp()
  const [before, after] = useCompare((state) => state.pictures)
  const played = usePicture((state) => (state.played === null ? null : state.played.file === null ? 'history' : 'file'))
  const live = useCompare((state) => state.pictures.some((side) => side?.kind === 'moment'))
  const fields = useFields()
  return (
    <>
      {/* A shared moment may be compared with the network as it is, from its card. */}
      {played === null || (played === 'file' && live) ? null : (
        <p className="ps-number">{strings.compare.ofPlayed[played]}</p>
      )}
      <Sides>
        <PicturePicker
          {...fields[0]}
          side={before}
          onPick={picked((side) => compare.setPicture(0, side), fields[1], after)}
        />
        <Swap />
        <PicturePicker
          {...fields[1]}
          side={after}
          onPick={picked((side) => compare.setPicture(1, side), fields[0], before)}
        />
      </Sides>
      <PicturesPane />
    </>
  )
}

/** One of the two fields. */
interface Field {
  readonly index: 0 | 1
  readonly field: RefObject<HTMLInputElement | null>
}

function useFields(): readonly [Field, Field] {
  const [a, b] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)]
  return [
    { index: 0, field: a },
    { index: 1, field: b },
  ]
}

/** Puts what was chosen, and goes on to the other field where that is still empty. */
function picked<T>(put: (chosen: T) => void, { field }: Field, other: T | null): (chosen: T) => void {
  return (chosen) => {
    put(chosen)
    if (other === null) field.current?.focus()
  }
}

function Sides({ children }: { readonly children: ReactNode }) {
  return <div className="ps-compare-sides">{children}</div>
}

function Swap() {
  const { compare } = useApp()
  const label = strings.compare.swap
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={() => compare.swap()}>
        <IconArrowsLeftRight size={16} />
      </ActionIcon>
    </Tooltip>
  )
}
