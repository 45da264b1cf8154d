import { useApp, usePeers } from '../stores/app-context.tsx'
import { css, stateColour } from '../graph/colours.ts'
import { formatCount } from '../ui/format.ts'
import { Dot } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { offered, shownGroup, shownWord } from './shown.ts'
import type { Shown, ShownCounts } from './shown.ts'

interface ShownChipsProps {
  /** Peers that pass the filter, and all of them. */
  readonly counts: ShownCounts
  readonly all: ShownCounts
  /** Whether our own row passes: it is listed with those that are here, and counted with none. */
  readonly withUs: boolean
  /** What is listed, and what was chosen: a filter that asks for states lists all. `chip`: the one that says it; null for none. */
  readonly shown: Shown
  readonly choice: Shown
  readonly chip: Shown | null
}

/** Which peers the table lists, with how many there are. */
export function ShownChips({ counts, all, withUs, shown, choice, chip }: ShownChipsProps) {
  const { table } = useApp()
  const scheme = useScheme()
  const text = strings.filter
  const byFilter = chip !== choice || shown !== choice
  const lost = usePeers(({ loss }) => loss !== null)
  const meaningOf = (one: Shown): string =>
    one === 'all' ? one : one === 'online' && lost ? 'lost' : strings.states[one]
  const wordOf = (one: Shown): string => (one === 'all' ? text.shownAll : shownWord(one, lost))
  const hasUs = (one: Shown): boolean => withUs && (one === 'online' || one === 'all')
  const titleOf = (one: Shown): string | undefined => {
    const meaning = text.shownMeaning[byFilter ? 'byFilter' : meaningOf(one)]
    return hasUs(one) ? `${meaning ?? ''}\n${text.withUs}` : meaning
  }
  return (
    <fieldset className="ps-shown" aria-label={text.shown}>
      {offered(all, shown).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === chip}
          disabled={byFilter && one !== chip}
          title={titleOf(one)}
          onClick={() => table.show(one)}
        >
          {one === 'all' ? null : <Dot colour={css(stateColour(shownGroup(one, lost), scheme))} />}
          {text.shownCount(wordOf(one), formatCount(counts[one]), formatCount(all[one]), hasUs(one))}
        </button>
      ))}
    </fieldset>
  )
}
