import { Button, CloseButton, Tooltip } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useApp, useUi } from '../stores/app-context.tsx'
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

/** What the lines of a graph mean where peers do not tell their neighbors; open until it was closed once. */
export function LinksCard() {
  const { ui } = useApp()
  const open = useUi((state) => !state.linksNoted)
  const close = (): void => ui.setState({ linksNoted: true })
  if (!open) return null
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <section className="ps-edge-card" aria-label={text.title} data-testid="links-card" onKeyDown={onEscape(close)}>
      <header>
        <IconInfoCircle size={16} aria-hidden />
        <span>{text.title}</span>
        <CloseButton size="sm" aria-label={text.close} onClick={close} />
      </header>
      <p>{text.text}</p>
    </section>
  )
}
