import type { Kind } from '@/api/net'
import { isCategory } from '@/tokens/patterns'
import { t } from '@/ui/i18n'

/** The name of a category; an id of another scheme is shown as it is. */
export const categoryName = (id: string): string => (isCategory(id) ? t(`category.${id}`) : id)

export const kindName = (kind: Kind): string => t(`kind.${kind}`)
