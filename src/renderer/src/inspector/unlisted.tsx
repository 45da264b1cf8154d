import { Button, Group } from '@mantine/core'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { History, useNewest, useShowHistory } from './history.tsx'
import { Section } from './section.tsx'
import { useWhy } from './use-why.ts'
import { WhyTold } from './why.tsx'

/**
 * What is known of a peer that is not in the list, and what can be done: its entries were all refused, which why tells; or it was never
 * known here, or was forgotten.
 */
export function Unlisted({ peerId }: { readonly peerId: PeerId }) {
  const { ui } = useApp()
  const showHistory = useShowHistory(peerId)
  const stamp = useNewest(peerId)
  const { why, pending } = useWhy(peerId, stamp)
  const text = strings.inspector
  return (
    <div data-testid="gone">
      {/* What is said of it must not change as the answer comes. */}
      {pending ? null : <p>{why === null ? text.gone : text.refused}</p>}
      <Group gap={6} mb={14}>
        <Button size="xs" variant="default" onClick={showHistory}>
          {text.goneHistory}
        </Button>
        <Button size="xs" variant="default" onClick={() => ui.setState({ selected: null })}>
          {text.goneBack}
        </Button>
      </Group>
      {why === null ? null : (
        <Section id="why" title={strings.health.why.title}>
          <WhyTold why={why} />
        </Section>
      )}
      <History peerId={peerId} stamp={stamp} />
    </div>
  )
}
