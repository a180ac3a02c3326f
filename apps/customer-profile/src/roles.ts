/** Who works with customers at the counter, on the phone and behind it. */
export const STAFF = ['cashier', 'agent', 'manager', 'admin'];
