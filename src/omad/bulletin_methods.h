#pragma once

#include "omad/method.h"

// Texts for a company's or a domain's users: `auto` ones for new users, `manual` ones when they are posted. Stored; nothing
// delivers them yet.
namespace postroad::omad {

Answering change_company_bulletin(Call call);
Answering get_company_bulletin(Call call);
Answering post_company_bulletin(Call call);
Answering change_domain_bulletin(Call call);
Answering get_domain_bulletin(Call call);
Answering post_domain_bulletin(Call call);

// `{auto: [...], manual: [...]}`, for the metadata of their owner.
boost::json::object show_bulletins(const std::vector<control::Bulletin>& bulletins);

}  // namespace postroad::omad
