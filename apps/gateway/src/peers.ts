import { AnalystSqlServiceService } from '@youdian/contracts-analytics/analyst_sql';
import { AnalyticsServiceService } from '@youdian/contracts-analytics/analytics';
import { StatisticsExportServiceService } from '@youdian/contracts-analytics/export';
import { AnalyticsUpkeepServiceService } from '@youdian/contracts-analytics/upkeep';
import { DayCloseServiceService } from '@youdian/contracts-billing/close';
import { InvoiceServiceService } from '@youdian/contracts-billing/invoices';
import { KeeperServiceService } from '@youdian/contracts-billing/keepers';
import { PrepaidBillingServiceService } from '@youdian/contracts-billing/prepaid_billing';
import { RovingServiceService } from '@youdian/contracts-billing/roving';
import { RovingRouteServiceService } from '@youdian/contracts-billing/roving_routes';
import { SettlementServiceService } from '@youdian/contracts-billing/settlement';
import { ChargeIntakeServiceService } from '@youdian/contracts-billing/charge_intake';
import { ShiftServiceService } from '@youdian/contracts-billing/shifts';
import { CustomerProfileServiceService } from '@youdian/contracts-customer/customer_profile';
import { OutageServiceService } from '@youdian/contracts-desk/outages';
import { ServiceDeskServiceService } from '@youdian/contracts-desk/service_desk';
import { NotificationServiceService } from '@youdian/contracts-notification/notification';
import { connectService } from '@youdian/service-host';
import type { Config } from './config.ts';

/**
 * The services behind. A connection is made at the first call and again whenever it broke; who is away is told to the
 * caller as 503, and the routes of the others go on.
 */
export function connectPeers(config: Config) {
  return {
    customers: connectService(CustomerProfileServiceService, config.CUSTOMER_PROFILE_GRPC),
    desk: connectService(ServiceDeskServiceService, config.SERVICE_DESK_GRPC),
    outages: connectService(OutageServiceService, config.SERVICE_DESK_GRPC),
    billing: connectService(PrepaidBillingServiceService, config.PREPAID_BILLING_GRPC),
    settlement: connectService(SettlementServiceService, config.PREPAID_BILLING_GRPC),
    invoices: connectService(InvoiceServiceService, config.PREPAID_BILLING_GRPC),
    routes: connectService(RovingRouteServiceService, config.PREPAID_BILLING_GRPC),
    roving: connectService(RovingServiceService, config.PREPAID_BILLING_GRPC),
    keepers: connectService(KeeperServiceService, config.PREPAID_BILLING_GRPC),
    dayClose: connectService(DayCloseServiceService, config.PREPAID_BILLING_GRPC),
    intake: connectService(ChargeIntakeServiceService, config.PREPAID_BILLING_GRPC),
    shifts: connectService(ShiftServiceService, config.PREPAID_BILLING_GRPC),
    notification: connectService(NotificationServiceService, config.NOTIFICATION_GRPC),
    analytics: connectService(AnalyticsServiceService, config.ANALYTICS_GRPC),
    exports: connectService(StatisticsExportServiceService, config.ANALYTICS_GRPC),
    analystSql: connectService(AnalystSqlServiceService, config.ANALYTICS_GRPC),
    upkeep: connectService(AnalyticsUpkeepServiceService, config.ANALYTICS_GRPC),
  };
}

export type Peers = ReturnType<typeof connectPeers>;
