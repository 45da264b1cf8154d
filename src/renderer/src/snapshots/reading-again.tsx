import { useFiles } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { Working } from './files-card.tsx'

/** Stands in place of the views until a file that was looked at before the window was loaded again is shown. */
export function ReadingAgain({ name }: { readonly name: string }) {
  const work = useFiles((state) => state.work)
  return (
    <div className="ps-empty" style={{ flex: 1, alignContent: 'center' }} data-testid="reading-again">
      <Working work={work ?? { file: null, what: strings.snapshots.reading(name), step: null }} />
    </div>
  )
}
