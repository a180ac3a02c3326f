const ACCOUNT_NO = /^\d{10}$/;

/** 户号 */
export function isAccountNo(text: string): boolean {
  return ACCOUNT_NO.test(text);
}
