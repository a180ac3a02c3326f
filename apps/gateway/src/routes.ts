import { accountRoutes } from './accounts/account-routes.ts';
import { feedbackRoute } from './accounts/feedback-route.ts';
import { moneyRoutes } from './accounts/money-routes.ts';
import { paymentRoutes } from './accounts/payment-routes.ts';
import { caseRoutes } from './cases/routes.ts';
import { chargeRoutes } from './charges/routes.ts';
import { customerRoutes } from './customers/routes.ts';
import { deviceRoutes } from './devices/routes.ts';
import { importRoutes } from './imports/routes.ts';
import { invoiceRoutes } from './invoices/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import { networkRoutes } from './network/routes.ts';
import { outageRoutes } from './outages/routes.ts';
import type { Route } from './rest/route.ts';
import { rovingRoutes } from './roving-routes/routes.ts';
import { settlementRoutes } from './settlement/routes.ts';
import { bankRoutes } from './shifts/bank-routes.ts';
import { keeperRoutes } from './shifts/keeper-routes.ts';
import { closeRoutes } from './shifts/close-routes.ts';
import { shiftRoutes } from './shifts/routes.ts';
import { analystRoutes } from './statistics/analyst-routes.ts';
import { exportRoutes } from './statistics/export-routes.ts';
import { factRoutes } from './statistics/fact-routes.ts';
import { statisticsRoutes } from './statistics/routes.ts';

/** Everything there is under /api/v1; handlers and OpenAPI are both made from it. */
export const routes: readonly Route[] = [...networkRoutes, ...customerRoutes, ...accountRoutes, ...paymentRoutes, ...moneyRoutes, ...invoiceRoutes, ...chargeRoutes, feedbackRoute, ...shiftRoutes, ...closeRoutes, ...bankRoutes, ...keeperRoutes, ...rovingRoutes, ...deviceRoutes, ...settlementRoutes, ...caseRoutes, ...outageRoutes, ...messageRoutes, ...statisticsRoutes, ...factRoutes, ...exportRoutes, ...analystRoutes, ...importRoutes];
