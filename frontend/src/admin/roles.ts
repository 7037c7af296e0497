/** The roles that a person or a key can have. */
export const roles = ['administrator', 'planner', 'reviewer', 'dispatcher', 'instructor', 'leader', 'member', 'analyst'] as const
