import { ActionIcon, Button, Group, Switch, Tooltip } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { AlertRule } from '../../../shared/alerts.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp, useNotes } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { OutsideOfPage } from './outside-of-page.tsx'
import { RuleEditor } from './rule-editor.tsx'
import { RuleFacts } from './rule-facts.tsx'
import { watchesFor } from './rule-form.ts'

/** The rules, each with a switch. */
export function RulesCard() {
  const { alerts } = useApp()
  const rules = useAlerts((state) => state.rules)
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null)
  const text = strings.alerts
  const remove = async (id: string): Promise<void> => {
    try {
      const removed = await alerts.remove(id)
      if (removed === null) return
      tellUndo(text.removed(removed.name), text.undo, () => {
        alerts.save(removed).catch(tellFailure)
      })
    } catch (thrown) {
      tellFailure(thrown)
    }
  }
  return (
    <section className="ps-group" aria-label={text.rulesTitle}>
      <h2>{text.rulesTitle}</h2>
      <p>{text.rulesNote}</p>
      {rules === null ? <p>{strings.settings.loading}</p> : null}
      {rules?.length === 0 ? <p>{text.rulesNone}</p> : null}
      <ul className="ps-rules">
        {rules?.map((rule) => (
          <RuleLine key={rule.id} rule={rule} onEdit={() => setEdited(rule)} onRemove={() => void remove(rule.id)} />
        ))}
      </ul>
      <Group mt="sm">
        <Button
          variant="default"
          disabled={rules === null}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setEdited('new')}
        >
          {text.add}
        </Button>
        <OutsideOfPage />
      </Group>
      {edited === null ? null : <RuleEditor rule={edited === 'new' ? null : edited} close={() => setEdited(null)} />}
    </section>
  )
}

function RuleLine(props: { readonly rule: AlertRule; readonly onEdit: () => void; readonly onRemove: () => void }) {
  const { rule, onEdit, onRemove } = props
  const { alerts, notes } = useApp()
  useNotes((state) => state.notes)
  const text = strings.alerts
  return (
    <li>
      <Switch
        aria-label={text.enable(rule.name)}
        checked={rule.enabled}
        onChange={(event) => {
          alerts.save({ ...rule, enabled: event.currentTarget.checked }).catch(tellFailure)
        }}
      />
      <span className="ps-rule-words">
        <strong className="ps-clip" title={rule.name}>
          {rule.name}
        </strong>
        <span className="ps-number">{watchesFor(rule, notes.nameOf)}</span>
        <RuleFacts rule={rule} />
      </span>
      <Tooltip label={text.edit(rule.name)} openDelay={400}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.edit(rule.name)} onClick={onEdit}>
          <IconPencil size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={text.remove(rule.name)} openDelay={400}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.remove(rule.name)} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Tooltip>
    </li>
  )
}
