/** What the kill tests' small service does: so many subjects, so many changes each. */
export const SUBJECTS = 20;
export const CHANGES = 10;
