-- What was said, in Chinese, and the need hidden in some of it: six scenarios that no agent files
-- (K072). A customer's text is an opening, a sentence of the intent, and often one of the scenario.

create table truth.scenarios as
with drawn as (
    select
        conversation_number,
        queue,
        uniform('scenario', conversation_number) / case queue
            when 'pre_sale' then parameter('service.hidden_scenario')
            else parameter('service.hidden_scenario_after_sale')
        end as position
    from plan.conversations
)

select
    'CV' || lpad(cast(conversation_number as varchar), 9, '0') as conversation_id,
    conversation_number,
    case
        when position < 0.28 then 'gift_purchase'
        when position < 0.52 then 'household_stockup'
        when position < 0.66 then 'newborn_preparation'
        when position < 0.78 then 'moving_home'
        when position < 0.89 then 'office_procurement'
        when position < 1 then 'outdoor_travel'
        else 'none'
    end as scenario
from drawn;

create table plan.phrases as
select
    topic,
    text,
    row_number() over (partition by topic order by text) - 1 as phrase_number,
    count(*) over (partition by topic) as phrases
from (
    values
    ('product_question', '请问这款{c}是正品吗,质量怎么样'), ('product_question', '想了解下这个{c}的材质和规格'),
    ('product_question', '这款{c}跟另一款有什么区别呀'), ('product_question', '{c}怎么用,有说明书吗'),
    ('stock_question', '这款{c}还有现货吗'), ('stock_question', '{c}什么时候能补货,一直显示缺货'),
    ('stock_question', '想要的颜色没有了,{c}还会上吗'), ('stock_question', '今天下单{c}能马上发吗,库存够不够'),
    ('price_promotion', '{c}最近有活动吗,能便宜点吗'), ('price_promotion', '这个{c}618会不会更优惠'),
    ('price_promotion', '满减怎么算,{c}能叠加优惠券吗'), ('price_promotion', '刚买{c}就降价了,价格什么时候最低'),
    ('shipping_fee', '{c}寄到我这里运费多少'), ('shipping_fee', '怎么结账的时候多了运费,{c}不是包邮吗'),
    ('shipping_fee', '差几块钱包邮,{c}能免邮费吗'), ('shipping_fee', '偏远地区买{c}邮费怎么算'),
    ('payment_method', '付款一直失败,{c}能用花呗吗'), ('payment_method', '{c}支持分期付款吗'),
    ('payment_method', '没有我能用的支付方式,{c}可以货到付款吗'), ('payment_method', '信用卡付不了{c}的钱怎么办'),
    ('where_is_parcel', '我的{c}快递到哪里了'), ('where_is_parcel', '物流好几天没更新,{c}还没收到'),
    ('where_is_parcel', '查一下{c}的快递单号'), ('where_is_parcel', '显示已签收但是我没有拿到{c}'),
    ('delivery_delay', '{c}怎么还不发货'), ('delivery_delay', '说好48小时发货,{c}超时了'),
    ('delivery_delay', '催一下发货,{c}急用'), ('delivery_delay', '{c}配送延误了,什么时候能送到'),
    ('change_address', '{c}的收货地址填错了,能改吗'), ('change_address', '麻烦帮我换个地址收{c}'),
    ('change_address', '电话号码写错了,{c}还没发吧'), ('change_address', '我不在家,{c}能改送到公司吗'),
    ('return_request', '{c}不合适,想退货'), ('return_request', '怎么申请退货退款,{c}不想要了'),
    ('return_request', '{c}买错了能七天无理由退吗'), ('return_request', '退{c}的运费谁出'),
    ('refund_progress', '{c}退回去了,退款什么时候到账'), ('refund_progress', '退款申请好几天了怎么还没处理,是{c}那单'),
    ('refund_progress', '你们收到退回的{c}了吗'), ('refund_progress', '钱还没退,{c}的退款进度帮我查下'),
    ('quality_complaint', '{c}收到就是坏的'), ('quality_complaint', '{c}质量太差,用了一次就不行了'),
    ('quality_complaint', '{c}有破损,包装都压扁了'), ('quality_complaint', '{c}和描述不符,有瑕疵'),
    ('invoice', '{c}能开发票吗'), ('invoice', '发票抬头要改一下,买的是{c}'),
    ('invoice', '电子发票在哪里下载,{c}那单'), ('invoice', '{c}的发票金额开错了'),
    ('points_question', '积分怎么兑换'), ('points_question', '买{c}的积分没有到账'),
    ('points_question', '我的积分快过期了能换什么'), ('points_question', '积分可以抵{c}的钱吗'),
    ('coupon_problem', '优惠券用不了,买{c}不满足吗'), ('coupon_problem', '领的券找不到了'),
    ('coupon_problem', '券过期了能补发一张吗,想买{c}'), ('coupon_problem', '小程序里不能用这张券'),
    ('card_renewal', '黑卡自动续费怎么取消'), ('card_renewal', '会员到期了,续费有优惠吗'),
    ('card_renewal', '黑卡权益怎么领不到'), ('card_renewal', '会员续费扣了两次钱'),
    ('gift_purchase', '是送朋友的生日礼物,能包装得好看点吗'), ('gift_purchase', '想送给妈妈,可以放张贺卡吗'),
    ('gift_purchase', '送礼用的,价格单子别放在里面'), ('gift_purchase', '过节送长辈,有礼盒装吗'),
    ('gift_purchase', '给女朋友的惊喜,能写祝福语吗'), ('gift_purchase', '送客户的,要体面一点的礼袋'),
    ('household_stockup', '家里人多用得快,想一次多买几箱囤着'), ('household_stockup', '囤货的话整箱有没有更划算'),
    ('household_stockup', '一家五口一个月的量要买多少'), ('household_stockup', '保质期多久,想多囤一点在家'),
    ('household_stockup', '大包装家庭装有吗,省得老是买'), ('household_stockup', '每次活动都囤半年的,这次能多拍吗'),
    ('newborn_preparation', '宝宝下个月出生,待产包里要准备这个吗'), ('newborn_preparation', '新生儿可以用吗,刚出生的'),
    ('newborn_preparation', '孕晚期了在准备月子里的东西'), ('newborn_preparation', '预产期快到了,几件够新生儿用'),
    ('newborn_preparation', '坐月子和小婴儿都能用吗'), ('newborn_preparation', '第一次当妈妈,待产要买哪些'),
    ('moving_home', '刚搬家,新房什么都缺'), ('moving_home', '新家装修好了准备入住,想一起配齐'),
    ('moving_home', '搬到新租的房子,尺寸放得下吗'), ('moving_home', '乔迁新居,整套买有搭配推荐吗'),
    ('moving_home', '下周搬家,能送到新地址楼上吗'), ('moving_home', '新房客厅和卧室都要布置'),
    ('office_procurement', '公司采购,要二十份能开专票吗'), ('office_procurement', '给同事发福利,批量买有折扣吗'),
    ('office_procurement', '办公室团购下午茶用的'), ('office_procurement', '单位报销,需要合同和对公转账'),
    ('office_procurement', '部门年会采购,数量多能送货到公司吗'), ('office_procurement', '行政统一买,有企业价吗'),
    ('outdoor_travel', '周末去露营,轻便好带吗'), ('outdoor_travel', '下周出差旅行用,能上飞机吗'),
    ('outdoor_travel', '自驾游路上用,防水吗'), ('outdoor_travel', '去爬山徒步,重不重'),
    ('outdoor_travel', '带孩子去海边度假,有便携装吗'), ('outdoor_travel', '出国旅游带着,行李箱放得下吗'),
    ('opening', '你好,'), ('opening', '在吗?'), ('opening', '亲,'), ('opening', '客服您好,'), ('opening', ''),
    ('opening', '请问一下,'), ('opening', '麻烦问下,'), ('opening', '哈喽~'),
    ('closing', ''), ('closing', ',谢谢'), ('closing', '?'), ('closing', ',急'), ('closing', '呢'), ('closing', ',麻烦了'),
    ('agent', '您好,已经为您查询,请稍等'), ('agent', '亲,这边马上帮您处理哦'), ('agent', '感谢您的耐心等待,情况是这样的'),
    ('agent', '好的,已经帮您登记,会尽快跟进'), ('agent', '收到,关于{c}的问题我来为您解答'),
    ('bot', '您好,我是智能客服,请描述您的问题'), ('bot', '为您找到以下常见问题的答案'), ('bot', '人工客服的服务时间是9点到22点'),
    ('thanks', '好的知道了'), ('thanks', '那我再看看'), ('thanks', '行吧'), ('thanks', '嗯嗯谢谢'), ('thanks', '怎么又是这样')
) as written (topic, text);

create table plan.message_texts as
with categories as (
    select
        category_id,
        category_name
    from shop.categories
),

known as (
    select
        conversations.*,
        scenarios.conversation_id,
        scenarios.scenario,
        exported.first_reply_at,
        exported.closed_at,
        coalesce(categories.category_name, '商品') as category_name
    from plan.conversations as conversations
    inner join truth.scenarios as scenarios using (conversation_number)
    inner join shop.cs_conversations as exported on scenarios.conversation_id = exported.conversation_id
    left join shop.skus as skus on exported.sku_id = skus.sku_id
    left join categories on skus.category_id = categories.category_id
)

select
    known.conversation_id,
    known.conversation_number,
    message_no,
    case
        when message_no in (1, 3) then 'customer'
        when message_no = 2 and not known.is_service_hours then 'bot'
        when known.is_bot_only then 'bot'
        else 'agent'
    end as sender,
    case message_no
        when 1 then known.opened_at
        when 2 then known.first_reply_at
        when 3 then known.first_reply_at + interval 50 second
        else known.closed_at - interval 10 second
    end as sent_at,
    known.intent,
    known.scenario,
    known.category_name,
    known.conversation_number * 8 + message_no as message_key,
    -- The hidden need comes with the first words, or with the answer.
    case when uniform('tells need', known.conversation_number) < 0.6 then 1 else 3 end as need_in_message
from known
cross join (values (1), (2), (3), (4)) as numbers (message_no)
where message_no = 1 or not known.is_unanswered;
