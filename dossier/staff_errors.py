"""Errors of accounts and sessions of the station; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import NotAdmittedError, RequestError


class SignInError(RequestError):
    """Login, password or code is wrong; which of them is not told."""

    code = "staff.sign_in"
    vi = "Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng."
    en = "The login, the password or the code is not right."
    next_vi = "Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại; quên mật khẩu thì gặp quản trị."
    next_en = (
        "Check Caps Lock and the keyboard layout and try again; an administrator resets a lost password."
    )


class SignInLockedError(RequestError):
    """Too many attempts failed, for this account or from this address."""

    code = "staff.locked"
    vi = "Sai quá nhiều lần; thử lại sau {seconds} giây."
    en = "Too many attempts failed; try again in {seconds} seconds."
    next_vi = "Chờ đúng thời gian ghi trên; nếu không phải bạn đã thử, báo quản trị."
    next_en = "Wait as long as it says; if it was not you who tried, tell an administrator."


class PasswordRuleError(RequestError):
    """A new password that cannot be taken; its kinds say why."""

    code = "staff.password_rule"
    vi = "Mật khẩu mới không dùng được."
    en = "The new password cannot be used."
    next_vi = "Dùng một câu dài dễ nhớ, từ 12 ký tự; không cần chữ hoa hay ký tự đặc biệt."
    next_en = "Use a long sentence that is easy to remember, 12 characters or more; no capitals needed."


class PasswordShortError(PasswordRuleError):
    """It has too few characters."""

    code = "staff.password_short"
    vi = "Mật khẩu mới quá ngắn: phải có từ {least} ký tự."
    en = "The new password is too short: {least} characters or more are needed."


class PasswordLongError(PasswordRuleError):
    """It has too many characters."""

    code = "staff.password_long"
    vi = "Mật khẩu mới dài quá {most} ký tự."
    en = "The new password has more than {most} characters."


class PasswordCommonError(PasswordRuleError):
    """It is on every list of guesses, or made of what is."""

    code = "staff.password_common"
    vi = "Mật khẩu mới quá phổ biến, dễ đoán."
    en = "The new password is too common and easily guessed."


class PasswordBreachedError(PasswordRuleError):
    """It was stolen somewhere, and is on the lists of whoever tries passwords."""

    code = "staff.password_breached"
    vi = "Mật khẩu mới nằm trong danh sách mật khẩu đã bị lộ."
    en = "The new password is on a list of stolen passwords."


class PasswordLoginError(PasswordRuleError):
    """The login is in it."""

    code = "staff.password_login"
    vi = "Mật khẩu mới không được chứa tên đăng nhập."
    en = "The new password must not hold the login."


class PasswordDiffersError(PasswordRuleError):
    """It was typed differently the second time."""

    code = "staff.password_differs"
    vi = "Hai lần nhập mật khẩu mới không giống nhau."
    en = "The new password was typed differently the second time."


class PasswordSameError(PasswordRuleError):
    """It is the present one."""

    code = "staff.password_same"
    vi = "Mật khẩu mới giống mật khẩu đang dùng."
    en = "The new password is the present one."


class SessionEndedError(RequestError):
    """The session ended: too long unused, too old, or signed out elsewhere."""

    code = "staff.session_ended"
    vi = "Phiên làm việc đã hết; đăng nhập lại để tiếp tục."
    en = "The session has ended; sign in again to go on."
    next_vi = "Đăng nhập lại; những gì đã lưu vẫn còn."
    next_en = "Sign in again; what was saved is still there."


class ForeignFormError(RequestError):
    """A form that was not sent from a page of this station (cross-site request forgery)."""

    code = "staff.foreign_form"
    vi = "Biểu mẫu không được gửi từ trang này, hoặc đã cũ; không có gì được ghi."
    en = "The form was not sent from a page of this station, or is too old; nothing was kept."
    next_vi = "Mở lại trang rồi gửi lại."
    next_en = "Open the page again and send it anew."


class PageRefusedError(NotAdmittedError):
    """The roles of the account do not lead to this page."""

    code = "staff.page"
    vi = "Vai trò của bạn không có trang này."
    en = "Your roles do not include this page."
    next_vi = "Quay về trang đầu; cần thêm vai trò thì đề nghị quản trị (motlan users)."
    next_en = "Go back to the first page; ask an administrator for a role (motlan users)."


class StaffUnknownError(RequestError):
    """No account of that id or login."""

    code = "staff.unknown"
    vi = "Không có tài khoản {item}."
    en = "There is no account {item}."
    next_vi = "Xem các tài khoản bằng 'motlan users list'."
    next_en = "See the accounts with 'motlan users list'."


class StaffKnownError(RequestError):
    """The login is taken."""

    code = "staff.known"
    vi = "Tên đăng nhập này đã có."
    en = "This login is taken."
    next_vi = "Chọn tên đăng nhập khác, hoặc dùng 'motlan users reset' cho tài khoản đã có."
    next_en = "Choose another login, or use 'motlan users reset' for the account that is there."


class StaffTermsError(RequestError):
    """Something about an account that cannot be taken: login, name, roles or reach."""

    code = "staff.terms"
    vi = "Chưa nhận được thông tin tài khoản; cần {reason}."
    en = "This about the account cannot be taken; expected: {reason}."
    next_vi = "Sửa lại rồi gửi lần nữa."
    next_en = "Correct it and send it again."


class StaffLastError(RequestError):
    """Nobody would be left who looks after the accounts."""

    code = "staff.last_administrator"
    vi = "Đây là quản trị cuối cùng còn dùng được."
    en = "This is the last administrator who can sign in."
    next_vi = "Trao vai trò quản trị cho một người khác trước."
    next_en = "Give the role of administrator to somebody else first."


class StaffOwnError(RequestError):
    """Nobody locks or resets their own account."""

    code = "staff.own_account"
    vi = "Không tự khóa hoặc cấp lại tài khoản của chính mình."
    en = "Nobody locks or resets their own account."
    next_vi = "Đổi mật khẩu của mình ở trang Tài khoản; việc khác nhờ một quản trị khác."
    next_en = "Change your password on the page Account; ask another administrator for the rest."


class StepUpError(RequestError):
    """Somebody whom the provider let in must have signed in just now to change accounts."""

    code = "staff.sign_in_again"
    vi = "Phiên đăng nhập đã lâu; cần đăng nhập lại trước khi đổi tài khoản của người khác."
    en = "You signed in too long ago; sign in again before changing accounts of others."
    next_vi = "Đăng xuất, đăng nhập lại rồi làm trong 10 phút."
    next_en = "Sign out, sign in again and do it within 10 minutes."


class ProviderRefusedError(RequestError):
    """The identity provider did not vouch for anybody we could let in."""

    code = "staff.provider"
    vi = "Nhà cung cấp danh tính không xác nhận được người đăng nhập."
    en = "The identity provider did not vouch for whoever signed in."
    next_vi = "Thử đăng nhập lại; quản trị xem nhật ký và MOTLAN_OIDC_…"
    next_en = "Sign in again; an administrator looks at the log and at MOTLAN_OIDC_…"
