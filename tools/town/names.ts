import { type Random } from './random.ts';

export const REGION_NAMES = ['城中片区', '城东片区', '河西片区', '龙泉片区', '青山片区', '白水片区'];

/** Eight feeders a region. */
export const LINE_NAMES = [
  ['人民线', '解放线', '鼓楼线', '文庙线', '中山线', '学府线', '广场线', '商贸线'],
  ['东门线', '工业一线', '工业二线', '开发线', '东湖线', '物流线', '车站线', '朝阳线'],
  ['河西线', '码头线', '渡口线', '纺织线', '新城线', '滨江线', '建材线', '西郊线'],
  ['龙泉线', '酒厂线', '石桥线', '水泥线', '龙潭线', '高坪线', '化工线', '柳坝线'],
  ['青山线', '林场线', '茶山线', '铁矿线', '云顶线', '青坪线', '松岭线', '羊角线'],
  ['白水线', '电灌线', '果园线', '粮站线', '白沙线', '沙湾线', '鱼塘线', '双河线'],
];

const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢姜崔钟谭陆范汪廖石金韦贾夏付方邹熊白孟秦'.split('');
const GIVEN = '伟芳秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建华文玉春梅志国海燕红云辉龙飞鹏宇浩欣怡佳雪梓涵思雨晨曦瑞博俊晓东永福贵昌德荣成康祥'.split('');
const TRADES = ['机械制造', '纺织', '水泥', '化工', '食品', '酒业', '建材', '铸造', '造纸', '电子', '包装', '物流', '商贸', '酒店管理', '农产品加工', '矿业'];
const BRANDS = ['金星', '永兴', '宏达', '新华', '东方', '龙泉', '长江', '红旗', '恒通', '兴盛', '天成', '华茂', '盛源', '大同', '正源', '安泰', '瑞丰', '利民', '宝山', '南岭'];
const SHOPS = ['便利店', '饭店', '五金店', '理发店', '药房', '茶庄', '网吧', '宾馆', '修理厂', '超市', '诊所', '服装店'];
const STREETS = ['人民路', '解放路', '中山路', '建设路', '文化路', '和平街', '新华街', '滨河路', '光明巷', '幸福路', '胜利街', '工农路'];
const VILLAGES = ['上河村', '下坪村', '石门村', '柳树村', '大湾村', '高山村', '双桥村', '金竹村', '黄土村', '水井村'];
const PHONE_PREFIXES = ['130', '133', '135', '138', '139', '150', '158', '159', '180', '186', '189'];

export function personName(random: Random): string {
  const given = random.pick(GIVEN) + (random.chance(0.7) ? random.pick(GIVEN) : '');
  return random.pick(SURNAMES) + given;
}

export const companyName = (random: Random): string => `${random.pick(BRANDS)}${random.pick(TRADES)}有限公司`;
export const shopName = (random: Random): string => `${random.pick(SURNAMES)}记${random.pick(SHOPS)}`;
export const phone = (random: Random): string => random.pick(PHONE_PREFIXES) + String(random.whole(0, 99_999_999)).padStart(8, '0');

export function address(random: Random, regionName: string, rural: boolean): string {
  const place = rural ? `${random.pick(VILLAGES)}${random.whole(1, 9)}组` : random.pick(STREETS);
  return `${regionName.replace('片区', '')}${place}${random.whole(1, 299)}号`;
}
