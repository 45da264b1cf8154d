import { Loader } from '@mantine/core'
import { useMemo } from 'react'
import { andList } from '../../../shared/and-list.ts'
import { isBackwards } from '../../../shared/compare.ts'
import { formsOf, wordsOfIds } from '../../../shared/forms.ts'
import { useApp, useCompare, useNames, usePeers, usePicture } from '../stores/app-context.tsx'
import { formatCount } from '../ui/format.ts'
import { FailureText } from '../ui/pieces.tsx'
import { Running } from '../ui/running.tsx'
import { strings } from '../ui/strings.ts'
import { MomentContext } from '../ui/time.tsx'
import type { PicturesResult } from './compare-store.ts'
import { agesFrom, pictureLists, reasonWords } from './lists.ts'
import { ResultLists } from './result-lists.tsx'
import { useWrongWords } from './wrong-words.ts'

/** Who came, left and changed between two moments or files. */
export function PicturesPane() {
  const { compare } = useApp()
  const work = useCompare((state) => state.work)
  const wrong = useWrongWords('pictures')
  const text = strings.compare
  if (wrong !== null) return <p className="ps-compare-untold">{wrong}</p>
  if (work.state === 'none') return <p className="ps-number">{text.choosePictures}</p>
  if (work.state === 'failed') return <FailureText failure={work.failure} />
  if (work.state === 'done') return <Result result={work.result} />
  const { step } = work
  const known = step !== null && step.total > 0
  return (
    <div className="ps-compare-work">
      <Loader size={16} mt={3} aria-hidden />
      <Running
        text={known ? `${text.comparing} ${strings.snapshots.steps[step.step](step.done, step.total)}` : text.comparing}
        share={known ? Math.min(1, step.done / step.total) : null}
        onCancel={() => compare.cancel()}
      />
    </div>
  )
}

function Result({ result }: { readonly result: PicturesResult }) {
  const { rows, counts, sides, links } = result
  const kind = usePeers((state) => state.kind)
  const names = useNames((state) => state.names)
  const text = strings.compare
  const shownKind = sides[1].network?.kind ?? sides[0].network?.kind ?? kind
  const lists = useMemo(
    () => pictureLists(rows, (change) => wordsOfIds(formsOf(shownKind).said(change), names)),
    [rows, shownKind, names],
  )
  const after = useCompare((state) => state.pictures[1])
  const history = usePicture(({ played }) => played?.stored !== undefined)
  const warning = networksWarning(result)
  const lost = andList(text.sides.filter((_, index) => sides[index]?.lost))
  return (
    <>
      {warning === null ? null : (
        <p role="alert" className="ps-compare-warning">
          {warning}
        </p>
      )}
      {isBackwards(sides) ? <p className="ps-compare-warning">{text.backwards}</p> : null}
      {lost === '' ? null : <p className="ps-compare-untold">{text.sidesLost(lost)}</p>}
      <div className="ps-compare-here">
        {sides.map((side, index) => (
          // The two sides stand where their fields stand.
          // oxlint-disable-next-line react/no-array-index-key -- there are always two, A and B
          <span key={index} className="ps-number">
            {text.sides[index]}: {(side.lost ? text.sideWas : text.sideHere)(formatCount(side.here))}
            {side.faults === 0 ? '' : `; ${text.faults(formatCount(side.faults))}`}
          </span>
        ))}
      </div>
      <output className="ps-compare-sum" data-testid="compare-sum">
        {[
          text.came(formatCount(counts.came)),
          text.left(formatCount(counts.left), reasonWords(counts.leftBy)),
          text.changed(formatCount(counts.changed)),
          text.same(formatCount(counts.same)),
          ...(counts.gone === 0 ? [] : [text.gone(formatCount(counts.gone))]),
        ].join(', ')}
      </output>
      <p className="ps-number">
        {links === null
          ? text.linksUnknown
          : text.linksChange(formatCount(links.came), formatCount(links.went), formatCount(links.same))}
      </p>
      <MomentContext value={agesFrom(sides, after, history)}>
        <ResultLists lists={lists} label={strings.compare.title} />
      </MomentContext>
    </>
  )
}

/** What two networks have to do with each other; null for one. */
function networksWarning({ sides: [before, after] }: PicturesResult): string | null {
  const [one, other] = [before.network, after.network]
  if (one === null || other === null) return null
  const { names } = strings.networks
  if (one.kind !== other.kind) return strings.compare.otherKinds(names[one.kind], names[other.kind])
  if (one.id === other.id) return null
  return strings.compare.otherNetworks(one.name ?? one.id.slice(0, 12), other.name ?? other.id.slice(0, 12))
}
