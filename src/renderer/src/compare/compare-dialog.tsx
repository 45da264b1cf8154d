import { ActionIcon, Modal, SegmentedControl, Tooltip } from '@mantine/core'
import { IconArrowsLeftRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useApp, useCompare, usePicture } from '../stores/app-context.tsx'
import { shownAt } from '../stores/picture-store.ts'
import { strings } from '../ui/strings.ts'
import { MomentContext } from '../ui/time.tsx'
import { PeersPane } from './peers-pane.tsx'
import { PeerPicker, PicturePicker } from './pickers.tsx'
import { PicturesPane } from './pictures-pane.tsx'

/** Compares two of anything: peers, moments, snapshots. */
export function CompareDialog() {
  const { compare } = useApp()
  const opened = useCompare((state) => state.opened)
  const what = useCompare((state) => state.what)
  const whole = useCompare((state) => !state[state.what].includes(null))
  const text = strings.compare
  return (
    <Modal
      opened={opened}
      onClose={() => compare.close()}
      title={text.title}
      size={1000}
      centered={false}
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
    </Modal>
  )
}

function Peers() {
  const { compare } = useApp()
  const [a, b] = useCompare((state) => state.peers)
  const moment = usePicture((state) => shownAt(state.picture))
  return (
    <>
      <Sides>
        <PeerPicker index={0} peerId={a} other={b} onPick={(peerId) => compare.setPeer(0, peerId)} />
        <Swap />
        <PeerPicker index={1} peerId={b} other={a} onPick={(peerId) => compare.setPeer(1, peerId)} />
      </Sides>
      {a === null || b === null ? (
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
  const history = usePicture((state) => state.played?.stored !== undefined)
  return (
    <>
      {history ? <p className="ps-number">{strings.compare.noHistory}</p> : null}
      <Sides>
        <PicturePicker index={0} side={before} onPick={(side) => compare.setPicture(0, side)} />
        <Swap />
        <PicturePicker index={1} side={after} onPick={(side) => compare.setPicture(1, side)} />
      </Sides>
      <PicturesPane />
    </>
  )
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
