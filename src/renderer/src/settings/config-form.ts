import { capital } from '../../../shared/capital.ts'
import {
  APP_CONFIG,
  CONFIG_FIELDS,
  describeRange,
  formatDuration,
  parseField,
  resolveConfig,
} from '../../../shared/config.ts'
import type { ConfigField, DiscoveryConfig } from '../../../shared/config.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** The texts of the form's fields, by name. */
export type ConfigTexts = Readonly<Record<ConfigField['name'], string>>

/** A whole configuration, or what is wrong: at fields, or with their combination. */
export type ConfigResult =
  | { readonly ok: true; readonly config: DiscoveryConfig }
  | {
      readonly ok: false
      readonly errors: Readonly<Partial<Record<ConfigField['name'], string>>>
      readonly whole: string
    }

/** A value as it stands in its field: `45 s`, `0.5`, `none`, `true`. */
export function fieldText(field: ConfigField, value: number | boolean | null): string {
  if (value === null) return 'none'
  if (typeof value === 'number' && (field.type === 'duration' || field.type === 'optional-duration')) {
    return formatDuration(value)
  }
  return String(value)
}

/** The texts of a configuration. */
export function configTexts(config: DiscoveryConfig): ConfigTexts {
  const texts: Partial<Record<ConfigField['name'], string>> = {}
  for (const field of CONFIG_FIELDS) texts[field.name] = fieldText(field, config[field.name])
  return texts as ConfigTexts
}

/** What a field is, may be and is by default, in words. */
export function fieldHelp(field: ConfigField): string {
  const help = capital(field.help)
  return field.type === 'boolean'
    ? `${help}.`
    : `${help}: ${describeRange(field)}, ${strings.settings.defaultIs(defaultText(field))}.`
}

/** What a field is in this run, where the command line overrides it; else null. */
export function overrideWords(field: ConfigField, config: Partial<DiscoveryConfig>): string | null {
  const value = config[field.name]
  return value === undefined ? null : strings.settings.thisRun(fieldText(field, value), field.flag)
}

/** As ranges are written. */
function defaultText(field: ConfigField): string {
  const value = APP_CONFIG[field.name]
  return field.type === 'count' ? formatCount(Number(value)) : fieldText(field, value)
}

/** Reads all fields. Errors are those of the shared configuration rules, so that every form of input says the same. */
export function readConfig(texts: ConfigTexts): ConfigResult {
  const given: Record<string, number | boolean | null> = {}
  const errors: Partial<Record<ConfigField['name'], string>> = {}
  for (const field of CONFIG_FIELDS) {
    try {
      given[field.name] = parseField(field, texts[field.name])
    } catch (thrown) {
      errors[field.name] = messageOf(thrown)
    }
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors, whole: '' }
  try {
    return { ok: true, config: resolveConfig(given) }
  } catch (thrown) {
    return { ok: false, errors: {}, whole: messageOf(thrown) }
  }
}

/** A field's name in words: `announceInterval` becomes `Announce interval`. */
export function fieldLabel(field: ConfigField): string {
  return capital(field.flag.replaceAll('-', ' ').replace('rtt', 'RTT'))
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
