import { Title } from '@mantine/core'
import { usePeers, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { ExportCard } from './export-card.tsx'
import { FilesCard } from './files-card.tsx'
import { ShareCard } from './share-card.tsx'

/** What can be given away, and what others gave. */
export function SnapshotsView() {
  const joined = usePeers(({ status }) => 'network' in status)
  const history = usePicture(({ played }) => played?.stored !== undefined)
  const shown = joined || history
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22} mb="lg">
          {strings.nav.snapshots}
        </Title>
        {shown ? <ShareCard /> : null}
        {shown ? <ExportCard /> : null}
        <FilesCard />
      </div>
    </div>
  )
}
