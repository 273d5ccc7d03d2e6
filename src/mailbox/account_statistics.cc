// Account: what is counted, and what becomes of it.
#include "mailbox/account_state.h"
#include "mailbox/operations/statistics.h"

namespace postroad::mailbox {

io::Task<void> Account::count_sign_in(statistics::Counter service) {
  auto& waiting = state_->uncounted;
  if (waiting.size() < kUncounted) waiting.push_back(service);
  auto counted = std::exchange(waiting, {});
  const auto done = co_await run(std::make_shared<CountSignIns>(state_->site, counted, state_->limits.domain));
  // One that is in doubt may be counted already: better once too few than twice.
  if (done || done.error().code == "INDOUBT") co_return;
  state_->site.log.warning("mailbox.sign_in_not_counted", {{"account", id()}, {"why", done.error().text}});
  waiting.insert(waiting.end(), counted.begin(), counted.end());
}

io::Task<Result<std::vector<statistics::HourRow>>> Account::take_hours(std::size_t most) {
  const auto taken = std::make_shared<TakeHours>(state_->site, most);
  CO_TRY_OK(co_await run(taken));
  co_return std::move(taken->answer);
}

io::Task<Result<>> Account::settle_hours(Heard heard) {
  co_return co_await run(std::make_shared<SettleHours>(state_->site, std::move(heard)));
}

io::Task<Result<std::string>> Account::mark_hour(statistics::Hour hour) {
  const auto marked = std::make_shared<CorrectHour>(state_->site, hour, CorrectHour::What::Mark);
  CO_TRY_OK(co_await run(marked));
  co_return std::move(marked->answer);
}

io::Task<Result<std::string>> Account::mend_hour(statistics::Hour hour) {
  const auto mended = std::make_shared<CorrectHour>(state_->site, hour, CorrectHour::What::Mend);
  CO_TRY_OK(co_await run(mended));
  co_return std::move(mended->answer);
}

io::Task<Result<std::string>> Account::mend_storage() {
  const auto mended = std::make_shared<CorrectStorage>(state_->site);
  CO_TRY_OK(co_await run(mended));
  co_return std::move(mended->answer);
}

}  // namespace postroad::mailbox
