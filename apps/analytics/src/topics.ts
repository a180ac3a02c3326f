/** What the statistics are made of. */
export { TOPIC_PARTITIONS as PARTITIONS } from '@youdian/messaging';

export const NETWORK_TOPIC = 'customer-profile.network.v1';
export const CUSTOMER_TOPIC = 'customer-profile.customer.v1';
export const ACCOUNT_TOPIC = 'customer-profile.account.v1';
export const CASE_TOPIC = 'service-desk.case.v1';
export const OUTAGE_TOPIC = 'service-desk.outage.v1';
export const POSTING_TOPIC = 'prepaid-billing.posting.v1';
export const ARREARS_TOPIC = 'prepaid-billing.arrears.v1';
export const SHIFT_TOPIC = 'prepaid-billing.shift.v1';
export const BALANCE_TOPIC = 'prepaid-billing.balance.v1';
export const MESSAGE_TOPIC = 'notification.message.v1';

export const TOPICS = [NETWORK_TOPIC, CUSTOMER_TOPIC, ACCOUNT_TOPIC, CASE_TOPIC, OUTAGE_TOPIC, POSTING_TOPIC, ARREARS_TOPIC, SHIFT_TOPIC, BALANCE_TOPIC, MESSAGE_TOPIC] as const;

/** The service that owns a topic, and its history: `service-desk`. */
export function ownerOf(topic: string): string {
  return topic.slice(0, topic.indexOf('.'));
}
