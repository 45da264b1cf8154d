import { Button, CloseButton, Tooltip } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useAbilities, useApp, useUi } from '../stores/app-context.tsx'
import { onEscape } from '../ui/focus.ts'
import { strings } from '../ui/strings.ts'

const text = strings.networks.links

/** Opens and closes the note. Its words stand in place of the crawl, which such a network does not answer. */
export function LinksButton() {
  const { ui } = useApp()
  const open = useUi((state) => !state.linksNoted)
  return (
    <Tooltip label={text.title} openDelay={400}>
      <Button
        size="xs"
        h={28}
        variant={open ? 'light' : 'default'}
        aria-expanded={open}
        leftSection={<IconInfoCircle size={15} aria-hidden />}
        onClick={() => ui.setState({ linksNoted: open })}
      >
        {text.button}
      </Button>
    </Tooltip>
  )
}

/**
 * What the lines of a graph mean where peers do not tell their neighbors, in a strip that covers nothing; open until it was
 * closed once.
 */
export function LinksNote() {
  const { ui } = useApp()
  const open = useUi((state) => !state.linksNoted)
  const { neighbors } = useAbilities()
  const close = (): void => ui.setState({ linksNoted: true })
  if (!open || neighbors) return null
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <section className="ps-graph-note" aria-label={text.title} data-testid="links-note" onKeyDown={onEscape(close)}>
      <IconInfoCircle size={16} aria-hidden />
      <p>
        <strong>{text.title}.</strong> {text.text}
      </p>
      <CloseButton size="sm" aria-label={text.close} onClick={close} />
    </section>
  )
}
