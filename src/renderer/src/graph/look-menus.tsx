import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconLayoutGrid, IconPalette, IconShare } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useApp, useUi } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { tagKeys } from './grouping.ts'
import type { KeyCount } from './grouping.ts'
import { ARRANGED_BY, COLOURS_BY, tagKeyOf } from './look.ts'
import type { ArrangeBy, ColourBy, TagKey } from './look.ts'

const texts = strings.graph

/** What a meaning of the colours is called. */
export function colourName(by: ColourBy): string {
  return tagKeyOf(by) ?? texts.choices[by as (typeof COLOURS_BY)[number]]
}

/** What an arrangement is called. */
export function arrangeName(by: ArrangeBy): string {
  const key = tagKeyOf(by)
  if (key !== null) return texts.clusters(key)
  const plain = by as (typeof ARRANGED_BY)[number]
  return plain === 'force' || plain === 'rings'
    ? texts.choices[plain]
    : texts.clusters(texts.choices[plain].toLowerCase())
}

/** What the colours mean, how peers are arranged, and which lines are drawn. */
export function LookMenus() {
  return (
    <>
      <ArrangeMenu />
      <ColourMenu />
      <LinesMenu />
    </>
  )
}

function ColourMenu() {
  const { ui } = useApp()
  const colourBy = useUi((state) => state.colourBy)
  return (
    <LookMenu label={texts.colourBy} value={colourName(colourBy)} icon={<IconPalette size={15} aria-hidden />}>
      {(keys) => (
        <Menu.RadioGroup value={colourBy} onChange={(value) => ui.setState({ colourBy: value as ColourBy })}>
          {COLOURS_BY.map((by) => (
            <Menu.RadioItem closeMenuOnClick key={by} value={by}>
              {colourName(by)}
            </Menu.RadioItem>
          ))}
          <TagKeys keys={withChosen(keys, colourBy)} name={(key) => key} />
        </Menu.RadioGroup>
      )}
    </LookMenu>
  )
}

function ArrangeMenu() {
  const { ui } = useApp()
  const arrangeBy = useUi((state) => state.arrangeBy)
  return (
    <LookMenu label={texts.arrangeBy} value={arrangeName(arrangeBy)} icon={<IconLayoutGrid size={15} aria-hidden />}>
      {(keys) => (
        <Menu.RadioGroup value={arrangeBy} onChange={(value) => ui.setState({ arrangeBy: value as ArrangeBy })}>
          {ARRANGED_BY.map((by) => (
            <Menu.RadioItem closeMenuOnClick key={by} value={by}>
              {arrangeName(by)}
            </Menu.RadioItem>
          ))}
          <TagKeys keys={withChosen(keys, arrangeBy)} name={(key) => texts.clusters(key)} />
        </Menu.RadioGroup>
      )}
    </LookMenu>
  )
}

function LinesMenu() {
  const { ui } = useApp()
  const all = useUi((state) => state.allLinks)
  const holds = useUi((state) => state.showHolds)
  return (
    <LookMenu
      label={texts.linesShown}
      value={all ? texts.allLinks : texts.backbone}
      icon={<IconShare size={15} aria-hidden />}
    >
      {() => (
        <>
          <Menu.RadioGroup
            value={all ? 'all' : 'backbone'}
            onChange={(value) => ui.setState({ allLinks: value === 'all' })}
          >
            <Menu.RadioItem closeMenuOnClick value="backbone">
              {texts.backbone}
            </Menu.RadioItem>
            <Menu.RadioItem closeMenuOnClick value="all">
              {texts.allLinks}
            </Menu.RadioItem>
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.CheckboxItem checked={holds} onChange={(checked) => ui.setState({ showHolds: checked })}>
            {texts.holds}
          </Menu.CheckboxItem>
        </>
      )}
    </LookMenu>
  )
}

/** A button that says what is chosen and opens what else there is. */
function LookMenu(props: {
  readonly label: string
  readonly value: string
  readonly icon: ReactNode
  readonly children: (keys: readonly KeyCount[]) => ReactNode
}) {
  const { label, value, icon, children } = props
  const app = useApp()
  // Counted when it opens: thousands of peers come and go meanwhile.
  const [keys, setKeys] = useState<readonly KeyCount[]>([])
  return (
    <Menu
      position="bottom-start"
      onOpen={() => {
        const { picture } = app.picture.getState()
        setKeys(tagKeys((picture === null ? app : app.other).peers.getState().peers.values()))
      }}
    >
      <Menu.Target>
        <Button
          size="xs"
          h={28}
          variant="default"
          className="ps-look"
          aria-label={`${label}: ${value}`}
          title={`${label}: ${value}`}
          leftSection={icon}
          rightSection={<IconChevronDown size={12} aria-hidden />}
        >
          {value}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="min(420px, 70vh)" style={{ overflowY: 'auto' }} aria-label={label}>
        {children(keys)}
      </Menu.Dropdown>
    </Menu>
  )
}

function TagKeys({ keys, name }: { readonly keys: readonly string[]; readonly name: (key: string) => string }) {
  return (
    <>
      <Menu.Label>{texts.tagKeys}</Menu.Label>
      {keys.length === 0 ? (
        <Menu.Item disabled>{texts.noTagKeys}</Menu.Item>
      ) : (
        keys.map((key) => (
          <Menu.RadioItem closeMenuOnClick key={key} value={`key:${key}` satisfies TagKey}>
            {name(key)}
          </Menu.RadioItem>
        ))
      )}
    </>
  )
}

/** The keys there are, and the chosen one, which no peer may have at the moment. */
function withChosen(keys: readonly KeyCount[], chosen: ColourBy | ArrangeBy): string[] {
  const found = keys.map(({ key }) => key)
  const key = tagKeyOf(chosen)
  return key === null || found.includes(key) ? found : [...found, key]
}
