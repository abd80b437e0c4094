"""Every page of sign-in and account. The library's other pages (sign-up, addresses, lost passwords) do not exist."""

from django.urls import path

from vigie.accounts.views import account, address, coming_in, keys, my_data

urlpatterns = [
    path("sign-in/", coming_in.sign_in, name="account_login"),
    path("sign-in/", coming_in.sign_in, name="account_request_login_code"),
    path("sign-in/code/", coming_in.confirm_code, name="account_confirm_login_code"),
    path("sign-in/second-factor/", coming_in.second_factor_at_sign_in, name="mfa_authenticate"),
    path("sign-in/passkey/", coming_in.sign_in_passkey, name="sign-in-passkey"),
    path("sign-in/password/", coming_in.sign_in_password, name="sign-in-password"),
    path("sign-out/", coming_in.sign_out, name="account_logout"),
    path("language/", account.set_language, name="set-language"),
    path("account/", account.account, name="account"),
    path("account/address/", address.new_address, name="new-address"),
    path("account/address/code/", address.confirm_address, name="confirm-address"),
    path("account/address/undo/", address.undo_address, name="undo-address"),
    path("account/sign-ins/", account.sign_ins, name="sign-ins"),
    path("account/sign-ins/end/", account.end_sign_in, name="end-sign-in"),
    path("account/my-data/", my_data.my_data, name="my-data"),
    path("account/my-data/<slug:code>/", my_data.my_data_file, name="my-data-file"),
    path("account/erase/", my_data.erase, name="erase"),
    path("account/erase/keep/", my_data.keep_account, name="keep-account"),
    path("account/erase/leave/", my_data.leave_now, name="leave-now"),
    path("farewell/", my_data.farewell, name="farewell"),
    path("account/second-factor/", keys.second_factor, name="second-factor"),
    path("account/recovery-codes/", keys.recovery_codes, name="recovery-codes"),
    path("account/keys/", keys.keys, name="keys"),
    path("account/keys/passkey/", keys.add_passkey, name="add-passkey"),
    path("account/keys/passkey/remove/", keys.remove_passkey, name="remove-passkey"),
    path("account/keys/authenticator/", keys.add_authenticator, name="add-authenticator"),
    path("account/keys/authenticator/remove/", keys.remove_authenticator, name="remove-authenticator"),
    path("account/keys/password/", keys.password, name="password"),
    path("account/keys/password/remove/", keys.remove_password, name="remove-password"),
]
