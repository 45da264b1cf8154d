import type { PeerId } from '../../../shared/ids.ts'
import type { VerdictOptions } from '../../../shared/island-words.ts'
import { islandsVerdict } from '../../../shared/island-words.ts'
import type { Articulation, Bridge, IslandsSummary } from '../../../shared/islands.ts'
import { WatchIslands } from '../alerts/watch-mark.tsx'
import { useAbilities, useApp, useHealth, useNotes, usePeers, usePicture } from '../stores/app-context.tsx'
import { shownMoment } from '../stores/picture-store.ts'
import { formatClock } from '../ui/format.ts'
import { sentence } from '../ui/errors.ts'
import { Chip } from '../ui/pieces.tsx'
import { Panel } from '../ui/panel.tsx'
import { PeerLink } from '../ui/peer-link.tsx'
import { strings } from '../ui/strings.ts'

/** Lines of each kind that are shown. */
const SHOWN = 6

/** What the known links say of the network as a whole. */
export function IslandsCard() {
  const picture = usePicture((state) => state.picture)
  const past = shownMoment(picture)
  const islands = usePicture((state) => state.islands)
  const live = picture === null
  const { neighbors } = useAbilities()
  const text = strings.health.islands
  return (
    <Panel title={text.title} end={neighbors && live ? <WatchIslands /> : undefined}>
      {!neighbors ? (
        <p className="ps-health-none">{text.untold}</p>
      ) : past === null ? (
        <Now />
      ) : past.loss !== null ? (
        <p className="ps-health-none">{text.lost}</p>
      ) : past.deserted ? (
        <p className="ps-health-none">{text.nobody}</p>
      ) : past.edgesAt === null ? (
        <p className="ps-health-none">{text.pastNone}</p>
      ) : (
        <Past islands={islands} edgesAt={past.edgesAt} looks={past.islandsEnded === true} />
      )}
    </Panel>
  )
}

function Now() {
  const now = useHealth((state) => state.now)
  const lost = usePeers(({ loss }) => loss !== null)
  const deserted = usePeers(({ status }) => status.state === 'deserted')
  if (lost) return <p className="ps-health-none">{strings.health.islands.lost}</p>
  if (deserted) return <p className="ps-health-none">{strings.health.islands.nobody}</p>
  if (now === null) return <p className="ps-health-none">{strings.health.looking}</p>
  if (now.islands === null)
    return (
      <p className="ps-health-none">
        {now.islandsUnknown === 'untold' ? strings.health.islands.untold : strings.health.islands.none}
      </p>
    )
  return <Found found={now.islands} looks={now.islandsEnded} />
}

interface PastProps {
  readonly islands: IslandsSummary | null | undefined
  readonly edgesAt: number
  readonly looks: boolean
}

function Past({ islands, edgesAt, looks }: PastProps) {
  const text = strings.health.islands
  if (islands === undefined) return <p className="ps-health-none">{strings.health.looking}</p>
  if (islands === null) return <p className="ps-health-none">{text.none}</p>
  return (
    <>
      <Found found={islands} looks={looks} />
      <p className="ps-health-note">{text.pastLinks(formatClock(edgesAt))}</p>
    </>
  )
}

/** @param looks whether peers of the others may only have ended: then it just looks like several islands */
function Found({ found, looks = false }: { readonly found: IslandsSummary; readonly looks?: boolean }) {
  const { notes } = useApp()
  useNotes((state) => state.notes)
  const self = usePeers(({ status }) => ('self' in status ? status.self : null))
  const names: VerdictOptions = { nameOf: (peerId) => notes.nameOf(peerId), self, looks }
  const { count, sizes, bridges, bridgeCount, articulations, articulationCount } = found
  const text = strings.health.islands
  // A bridge to one peer says no more than that it hangs on one link: those that part more are named.
  return (
    <>
      <p className="ps-islands-head">
        <strong className="ps-islands-count" data-split={count > 1 && !looks ? '' : undefined}>
          {count}
        </strong>
        <span title={text.sizes}>
          {sizes.map((size, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- islands have no names: their order is all there is
            <Chip key={index} tone={count === 1 ? 'good' : looks ? 'warn' : 'bad'}>
              {size}
            </Chip>
          ))}
        </span>
      </p>
      <p className="ps-health-text">{sentence(islandsVerdict(found, names))}</p>
      {articulations.length === 0 ? null : (
        <>
          <h3>{text.points}</h3>
          <ul className="ps-plain ps-health-list">
            {articulations.slice(0, SHOWN).map((one) => (
              <Point key={one.peerId} {...one} />
            ))}
            <More count={articulationCount - Math.min(SHOWN, articulations.length)} />
          </ul>
        </>
      )}
      {bridges.length === 0 ? null : (
        <>
          <h3>{text.bridges}</h3>
          <ul className="ps-plain ps-health-list">
            {bridges.slice(0, SHOWN).map((one) => (
              <BridgeLine key={`${one.a} ${one.b}`} {...one} />
            ))}
            <More count={bridgeCount - Math.min(SHOWN, bridges.length)} />
          </ul>
        </>
      )}
    </>
  )
}

function Point({ peerId, parts }: Articulation) {
  return (
    <li>
      <InGraph peerId={peerId} />
      <span className="ps-number">{strings.health.islands.parts(parts.slice(0, 4))}</span>
    </li>
  )
}

function BridgeLine({ a, b, sides }: Bridge) {
  const text = strings.health.islands
  return (
    <li>
      <InGraph peerId={a} />
      <span className="ps-number">–</span>
      <InGraph peerId={b} />
      <span className="ps-number">{text.sides(...sides)}</span>
    </li>
  )
}

/** Selects a peer in the graph. */
function InGraph({ peerId }: { readonly peerId: PeerId }) {
  return <PeerLink peerId={peerId} view="network" title={strings.health.islands.show} />
}

function More({ count }: { readonly count: number }) {
  return count > 0 ? <li className="ps-number">{strings.health.islands.more(count)}</li> : null
}
